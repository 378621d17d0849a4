import { lstatSync, type Stats } from 'node:fs';
import { RootimgError } from '../../base/errors.ts';
import { toShown } from '../../base/bytes.ts';
import { lookInFolder, lookInTree, namesInTree, type Tree } from '../../system/tree/open-tree.ts';
import { joined } from '../../system/tree/path-parts.ts';
import type { MemberValues } from './member-table.ts';
import { deviceNumbers, isDevice, isFolder, isSymlink } from './mode.ts';

/** Numbers the files that have several names, so that their members can be told to be one file. */
export interface LinkGroups {
  /** The group of a file that has more than one name; 0 for others. */
  of(path: string, stats: Stats): number;
}

/**
 * What the tree has at a path, links not followed; undefined when there is nothing. Throws `unreadable`
 * naming the path.
 */
export function lookAt(tree: Tree, path: string): Stats | undefined {
  try {
    return lookInTree(tree, path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The same by the path of the folder and the name in it. */
export function lookAtName(tree: Tree, folder: string, name: string): Stats | undefined {
  try {
    return lookInFolder(tree, folder, name);
  } catch (error) {
    throw unreadable(joined(folder, name), error);
  }
}

/** The names in a folder of the tree, binary, unsorted. Throws `unreadable` naming the path. */
export function namesIn(tree: Tree, path: string): string[] {
  try {
    return namesInTree(tree, path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): RootimgError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new RootimgError('unreadable', `${toShown(path)} in the image cannot be read: ${reason}.`, {
    cause,
  });
}

/** What an archive says of something in the tree. */
export function treeValues(path: string, stats: Stats, links: LinkGroups): MemberValues {
  const { mode } = stats;
  const device = isDevice(mode) ? deviceNumbers(stats.rdev) : { major: 0, minor: 0 };
  return {
    mode,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.isFile() || isSymlink(mode) ? stats.size : 0,
    mtime: Math.floor(stats.mtimeMs / 1000),
    ...device,
    link: links.of(path, stats),
    override: undefined,
    stored: fewerStored(stats),
    dev: stats.dev,
    ino: stats.ino,
    ctime: stats.ctimeMs,
  };
}

/** Holes below this size are written as they read. */
const smallestHole = 64 * 1024;

/** Bytes that the file system has for a file, where they are markedly fewer than it is long. */
export function fewerStored(stats: Stats): number | undefined {
  const stored = 512 * stats.blocks;
  return stats.isFile() && stats.size - stored >= smallestHole ? stored : undefined;
}

/** `symlinks`: those of several names too; archives hold each name as one of its own. */
export function linkGroups(tree: Tree, { symlinks = false } = {}): LinkGroups {
  const groups = new Map<string, number>();
  return {
    of: (path, { mode, nlink }) => {
      if (nlink < 2 || isFolder(mode) || (isSymlink(mode) && !symlinks)) return 0;
      // Inode numbers may be larger than a double can say.
      const { dev, ino } = lstatSync(tree.at(path), { bigint: true });
      const key = `${dev}:${ino}`;
      const known = groups.get(key) ?? groups.size + 1;
      groups.set(key, known);
      return known;
    },
  };
}

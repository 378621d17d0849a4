import { closeSync, constants, openSync } from 'node:fs';
import type { Tree } from './open-tree.ts';

/**
 * Folders of a tree that are held open, so that programs which take nothing but paths reach what lies in them by
 * descriptor: whatever is swapped on the way to a folder, they see nothing outside of the tree.
 */
export interface HeldFolders {
  /** The path (binary) that names a member to another program, to be used without following a link at its end. */
  nameOf(path: string): string;
  /** The path in the tree of such a name. */
  pathOf(name: string): string;
  /** How many folders are held. */
  readonly count: () => number;
  close(): void;
}

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Throws ENOENT, ENOTDIR or ELOOP where a folder is none any more. */
export function holdFolders(tree: Tree): HeldFolders {
  const held = new Map<string, number>();
  const folders = new Map<number, string>();
  const open = (folder: string): number => {
    const known = held.get(folder);
    if (known !== undefined) return known;
    const fd = openSync(tree.at(folder === '.' ? '.' : folder), flags);
    held.set(folder, fd);
    folders.set(fd, folder);
    return fd;
  };
  return {
    nameOf: (path) => {
      const cut = path.lastIndexOf('/');
      const folder = cut === -1 ? '.' : path.slice(0, cut);
      return `/proc/${process.pid}/fd/${open(folder)}/${path.slice(cut + 1)}`;
    },
    pathOf: (name) => {
      const [, fd, last = ''] = /^\/proc\/\d+\/fd\/(\d+)\/([^]*)$/.exec(name) ?? [];
      const folder = folders.get(Number(fd));
      return folder === undefined || folder === '.' ? last : `${folder}/${last}`;
    },
    count: () => held.size,
    close: () => {
      for (const fd of held.values()) closeSync(fd);
      held.clear();
      folders.clear();
    },
  };
}

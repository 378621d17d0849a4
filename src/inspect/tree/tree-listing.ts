import type { Stats } from 'node:fs';
import { lookInTree, namesInTree, targetInTree, type Tree } from '../../system/tree/open-tree.ts';
import { placeBy } from '../../system/tree/place-in-tree.ts';
import { joined } from '../../system/tree/path-parts.ts';
import { RootimgError } from '../../base/errors.ts';

/** Something in a tree. Its path is binary, relative to the root, without `./`. */
export interface TreeEntry {
  /** With the file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a regular file; 0 of others. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly mtime: number;
  /** Of a symbolic link; binary. */
  readonly target?: string;
  /** Of a folder that has nothing in it. */
  readonly empty?: true;
  /** Of a device. */
  readonly device?: number;
  /** The package that brought it, once somebody has looked. */
  owner: string | undefined;
}

export type TreeListing = ReadonlyMap<string, TreeEntry>;

const type = { mask: 0o170000, folder: 0o040000, regular: 0o100000, symlink: 0o120000 } as const;

export function isRegular({ mode }: TreeEntry): boolean {
  return (mode & type.mask) === type.regular;
}

export function isFolder({ mode }: TreeEntry): boolean {
  return (mode & type.mask) === type.folder;
}

/** All that a tree has but its root, folders before what is in them; `skip` names folders to leave out. */
export function listTree(tree: Tree, skip: (path: string) => boolean): TreeListing {
  const found = new Map<string, TreeEntry>();
  const walk = (folder: string, names: string[]): void => {
    for (const name of names.sort()) {
      const path = joined(folder, name);
      if (skip(path)) continue;
      const stats = lookInTree(tree, path);
      if (stats === undefined) continue;
      const inside = stats.isDirectory() ? namesInTree(tree, path) : undefined;
      found.set(path, entryOf(tree, path, stats, inside?.length === 0));
      if (inside !== undefined) walk(path, inside);
    }
  };
  walk('.', namesInTree(tree, '.'));
  return found;
}

/** Most of a tree are files and folders, and all of these are of one form: V8 makes such objects fast. */
function entryOf(tree: Tree, path: string, stats: Stats, isEmpty: boolean): TreeEntry {
  const { mode, uid, gid, mtimeMs: mtime, rdev } = stats;
  const size = stats.isFile() ? stats.size : 0;
  const entry = { mode, uid, gid, size, mtime, owner: undefined };
  if (stats.isSymbolicLink()) return { ...entry, target: targetInTree(tree, path) };
  if (isEmpty) return { ...entry, empty: true };
  return stats.isBlockDevice() || stats.isCharacterDevice() ? { ...entry, device: rdev } : entry;
}

/** Where a path really lies in a listed tree: links in its folders followed, itself not. */
export function placesIn(listing: TreeListing): (path: string) => string {
  const folders = new Map<string, string>();
  const look = (path: string) => {
    const entry = listing.get(path);
    return entry && { mode: entry.mode, target: () => entry.target ?? '' };
  };
  const folderPlace = (folder: string): string => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const place = followed(look, folder);
    folders.set(folder, place);
    return place;
  };
  // Packages name what is in a folder one after the other.
  let last = '.';
  let lastPlace = '.';
  return (path) => {
    const cut = path.lastIndexOf('/');
    if (cut === -1) return path;
    if (cut !== last.length || !path.startsWith(last)) {
      last = path.slice(0, cut);
      lastPlace = folderPlace(last);
    }
    if (lastPlace === '.') return path.slice(cut + 1);
    return lastPlace === last ? path : `${lastPlace}/${path.slice(cut + 1)}`;
  };
}

function followed(look: Parameters<typeof placeBy>[0], folder: string): string {
  try {
    return placeBy(look, folder, { followLast: true });
  } catch (error) {
    // Links in a circle, a file where a folder was: as it is written.
    if (error instanceof RootimgError) return folder;
    throw error;
  }
}

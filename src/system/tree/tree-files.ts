import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { toShown, toText } from '../../base/bytes.ts';
import { copyWholeSync } from '../../base/copy-file.ts';
import { lookInTree, namesInTree, type Tree } from './open-tree.ts';
import { folderOf, joined, nameOf } from './path-parts.ts';
import { findPlaceInTree, placeInTree } from './place-in-tree.ts';
import { kindOf, unfit } from './unfit.ts';

/** Bytes of the largest file in a tree that is ours to parse, unless said otherwise. */
export const usualLimit = 16 * 1024 * 1024;

const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a regular file of a tree for reading; never hangs. The caller closes it. Throws ENOTREG for all that
 * is none.
 */
export function openInTree(tree: Tree, path: string): { readonly fd: number; readonly stats: Stats } {
  const fd = openAnyInTree(tree, path);
  const stats = fstatSync(fd);
  if (stats.isFile()) return { fd, stats };
  closeSync(fd);
  throw Object.assign(new Error(`${toShown(path)} is not a regular file`), { code: 'ENOTREG' });
}

/** Opens what stands at a path for reading, no pipe is waited for; the caller looks at what it is and closes it. */
export function openAnyInTree(tree: Tree, path: string): number {
  return named(tree, path, () => openSync(tree.at(path), readFlags));
}

/** Does `work`, whose errors of the system name the path in the tree rather than a descriptor. */
function named<T>(tree: Tree, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && 'path' in error) error.path = toShown(`${tree.root}/${path}`);
    throw error;
  }
}

/**
 * Throws `tree-file` for a path that is not a regular file, links not followed, or one of more than `limit`
 * bytes.
 */
export function checkFileInTree(tree: Tree, place: string, limit: number): void {
  const found = lookInTree(tree, place);
  if (found !== undefined) checkFile(tree, place, found, limit);
}

function checkFile(tree: Tree, place: string, found: Stats, limit: number): void {
  if (!found.isFile()) throw unfit(tree, place, `is ${kindOf(found)}; a regular file was expected`);
  if (found.size > limit) throw unfit(tree, place, `has ${found.size} bytes; at most ${limit} were expected`);
}

/**
 * The bytes of a small file of a tree that we must understand, links followed inside the tree; undefined when
 * there is none. Throws
 * `tree-file` for what is not a regular file and for more than `limit` bytes: what a tree has there may be a
 * pipe, /dev/zero, or one huge hole.
 */
export function readInTree(tree: Tree, path: string, limit = usualLimit): Buffer | undefined {
  const place = findPlaceInTree(tree, path);
  const found = place === undefined ? undefined : lookInTree(tree, place);
  return place === undefined || found === undefined ? undefined : readAt(tree, place, found, limit);
}

/**
 * readInTree for many files of a tree that nobody changes meanwhile: the folders on the way to them are looked at
 * once. Paths are binary, without `..`.
 */
export function readerInTree(tree: Tree, limit = usualLimit): (path: string) => Buffer | undefined {
  const places = new Map<string, string | undefined>([['.', '.']]);
  const placeOf = (folder: string): string | undefined => {
    if (places.has(folder)) return places.get(folder);
    const above = placeOf(folderOf(folder));
    const here = above === undefined ? undefined : joined(above, nameOf(folder));
    const isPlain = here !== undefined && lookInTree(tree, here)?.isDirectory() === true;
    const place = isPlain ? here : findPlaceInTree(tree, folder);
    places.set(folder, place);
    return place;
  };
  return (path) => {
    const above = placeOf(folderOf(path));
    if (above === undefined) return undefined;
    const place = joined(above, nameOf(path));
    const found = lookInTree(tree, place);
    if (found === undefined) return undefined;
    return found.isSymbolicLink() ? readInTree(tree, path, limit) : readAt(tree, place, found, limit);
  };
}

function readAt(tree: Tree, place: string, found: Stats, limit: number): Buffer {
  checkFile(tree, place, found, limit);
  const { fd, stats } = openInTree(tree, place);
  try {
    // It may be another one by now.
    if (stats.size > limit)
      throw unfit(tree, place, `has ${stats.size} bytes; at most ${limit} were expected`);
    const bytes = Buffer.alloc(stats.size);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < bytes.length; filled += read) {
      read = readSync(fd, bytes, filled, bytes.length - filled, filled);
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(fd);
  }
}

/**
 * Copies a regular file of a tree, links followed inside the tree, to a path of this host. Throws ENOENT,
 * `tree-file`.
 */
export function copyOutOfTree(tree: Tree, path: string, target: string): void {
  const place = placeInTree(tree, path, { followLast: true });
  checkFileInTree(tree, place, Number.POSITIVE_INFINITY);
  const { fd } = openInTree(tree, place);
  try {
    // The descriptor's own path: what was looked at is what is copied.
    copyWholeSync(`/proc/self/fd/${fd}`, target);
  } finally {
    closeSync(fd);
  }
}

/** What a path leads to, links followed inside the tree; undefined when nothing stands there. */
export function statInTree(tree: Tree, path: string): Stats | undefined {
  const place = findPlaceInTree(tree, path);
  return place === undefined ? undefined : lookInTree(tree, place);
}

/**
 * The names in a folder, links to it followed inside the tree, as text, sorted; none when there is not a
 * folder.
 */
export function folderInTree(tree: Tree, path: string): string[] {
  const place = findPlaceInTree(tree, path);
  if (place === undefined || !lookInTree(tree, place)?.isDirectory()) return [];
  return namesInTree(tree, place).map(toText).sort();
}

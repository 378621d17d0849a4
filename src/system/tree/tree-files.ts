import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { copyWholeSync } from '../../base/copy-file.ts';
import { toShown, toText } from '../../base/bytes.ts';
import { RootimgError } from '../../base/errors.ts';
import { lookInTree, namesInTree, type Tree } from './open-tree.ts';
import { findPlaceInTree, placeInTree } from './place-in-tree.ts';

/** Bytes of the largest file in a tree that is ours to parse, unless said otherwise. */
const usualLimit = 16 * 1024 * 1024;

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

/**
 * Makes a folder with those it lies in, links followed inside the tree, and gives where it lies. What is
 * there stays as it is; `mode` is for the last one.
 */
export function makeFolderInTree(tree: Tree, path: string, mode = 0o755): string {
  const place = placeInTree(tree, path, { followLast: true });
  if (place === '.') return place;
  const parts = place.split('/');
  for (const depth of parts.keys()) {
    const folder = parts.slice(0, depth + 1).join('/');
    const found = lookInTree(tree, folder);
    if (found === undefined) makeOne(tree, folder, folder === place ? mode : 0o755);
    else if (!found.isDirectory()) throw unfit(tree, folder, `is ${kindOf(found)}; a folder was expected`);
  }
  return place;
}

/** Whatever our umask says. */
function makeOne(tree: Tree, folder: string, mode: number): void {
  mkdirSync(tree.at(folder));
  const fd = openSync(tree.at(`${folder}/.`), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

/**
 * Copies a file of this host into a tree with its mode and times, links of folders followed inside the tree,
 * in the place of a file or link.
 */
export function copyIntoTree(tree: Tree, source: string, path: string): void {
  const place = joined(makeFolderInTree(tree, folderOf(path)), nameOf(path));
  // A file that others link to keeps its content, and so does what a link there points to.
  removeAt(tree, place);
  copyWholeSync(source, tree.at(place), { exclusive: true });
  const { atime, mtime } = statSync(source);
  const { fd } = openInTree(tree, place);
  try {
    futimesSync(fd, atime, mtime);
  } finally {
    closeSync(fd);
  }
}

/**
 * Gives a file that is there other bytes, in its place: owner, mode, attributes and other names of it stay.
 * Throws `tree-file` for what is none.
 */
export function overwriteInTree(tree: Tree, path: string, content: Uint8Array, limit = usualLimit): void {
  const place = placeInTree(tree, path, { followLast: true });
  checkFileInTree(tree, place, limit);
  const fd = openSync(tree.at(place), constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW);
  try {
    for (let at = 0; at < content.length;) at += writeSync(fd, content, at);
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes a file of a tree, links followed inside the tree, with the folders it lies in. A new file beside it
 * takes its place, so that a hard link elsewhere keeps its content; an existing file keeps its mode unless
 * one is given.
 */
export function writeInTree(tree: Tree, path: string, content: string | Uint8Array, mode?: number): void {
  const place = placeInTree(tree, path, { followLast: true });
  makeFolderInTree(tree, folderOf(place));
  const kept = lookInTree(tree, place);
  const temporary = besideInTree(place);
  const fd = openSync(
    tree.at(temporary),
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    fill(fd, content, mode ?? (kept?.isFile() ? kept.mode & 0o7777 : 0o644));
    renameSync(tree.at(temporary), tree.at(place));
  } catch (error) {
    unlinkSync(tree.at(temporary));
    throw error;
  }
}

/**
 * Renames a file of this host into a tree, links of folders followed inside the tree, and flushes the folder
 * that it is in then. Throws EXDEV where the tree is another file system.
 */
export function renameIntoTree(tree: Tree, source: string, path: string): void {
  const folder = makeFolderInTree(tree, folderOf(path));
  renameSync(source, tree.at(joined(folder, nameOf(path))));
  const fd = openSync(tree.at(`${folder}/.`), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function fill(fd: number, content: string | Uint8Array, mode: number): void {
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes `path` a symbolic link to `target` (as the image sees it), in the place of a file or link that is
 * there.
 */
export function linkInTree(tree: Tree, path: string, target: string): void {
  const place = joined(makeFolderInTree(tree, folderOf(path)), nameOf(path));
  if (lookInTree(tree, place) !== undefined) unlinkSync(tree.at(place));
  symlinkSync(target, tree.at(place));
}

/**
 * Removes what stands at a path, a link itself and not what it points to, a folder with all that is in it.
 * Nothing when there is nothing.
 */
export function removeInTree(tree: Tree, path: string): void {
  const folder = findPlaceInTree(tree, folderOf(path));
  if (folder !== undefined) removeAt(tree, joined(folder, nameOf(path)));
}

function removeAt(tree: Tree, place: string): void {
  const found = lookInTree(tree, place);
  if (found === undefined) return;
  if (!found.isDirectory()) return unlinkSync(tree.at(place));
  for (const name of namesInTree(tree, place)) removeAt(tree, joined(place, name));
  rmdirSync(tree.at(place));
}

/** A name beside `place` that nothing has. */
function besideInTree(place: string): string {
  return joined(folderOf(place), `.rootimg-tmp-${process.pid}-${randomBytes(4).toString('hex')}`);
}

function joined(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '.' : path.slice(0, cut);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isSymbolicLink() ? 'a link' : 'a device';
}

function unfit(tree: Tree, place: string, what: string): RootimgError {
  return new RootimgError('tree-file', `${toShown(`${tree.root}/${place}`)} ${what}.`);
}

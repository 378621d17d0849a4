import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  futimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { copyWholeSync } from '../../base/copy-file.ts';
import { lookInTree, namesInTree, type Tree } from './open-tree.ts';
import { folderOf, joined, nameOf } from './path-parts.ts';
import { findPlaceInTree, placeInTree } from './place-in-tree.ts';
import { checkFileInTree, openInTree, usualLimit } from './tree-files.ts';
import { kindOf, unfit } from './unfit.ts';

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

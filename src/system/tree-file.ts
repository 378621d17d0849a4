import type { Stats } from 'node:fs';
import { toBinary, toText } from '../base/bytes.ts';
import { placeInTree } from './tree/place-in-tree.ts';
import { type Tree, withTree } from './tree/open-tree.ts';
import {
  copyIntoTree,
  linkInTree as linkIn,
  makeFolderInTree,
  removeInTree,
  writeInTree,
} from './tree/change-tree.ts';
import { copyOutOfTree, folderInTree, readInTree, statInTree } from './tree/tree-files.ts';

/** Does `work` on the tree at `root`, which is open meanwhile; paths are text here. */
async function inTree<T>(root: string, work: (tree: Tree) => T): Promise<T> {
  return withTree(toBinary(root), work);
}

/**
 * Text of a file of the image, or undefined when there is none. Throws `tree-file` for a pipe, a device or a
 * huge file.
 */
export function readTreeFile(root: string, path: string): Promise<string | undefined> {
  return inTree(root, (tree) => readInTree(tree, toBinary(path))?.toString());
}

/** Bytes of a file of the image, or undefined when there is none. */
export function readTreeBytes(root: string, path: string): Promise<Buffer | undefined> {
  return inTree(root, (tree) => readInTree(tree, toBinary(path)));
}

/** Copies a file of this host into the image; see copyIntoTree. */
export function copyToTree(root: string, source: string, path: string): Promise<void> {
  return inTree(root, (tree) => copyIntoTree(tree, source, toBinary(path)));
}

/** Writes a file of the image; see writeInTree. */
export function writeTreeFile(
  root: string,
  path: string,
  content: string | Uint8Array,
  mode?: number,
): Promise<void> {
  return inTree(root, (tree) => writeInTree(tree, toBinary(path), content, mode));
}

/**
 * Removes what the image has at a path (a link itself, not what it points to), a folder with all that is in
 * it.
 */
export function removeFromTree(root: string, path: string): Promise<void> {
  return inTree(root, (tree) => removeInTree(tree, toBinary(path)));
}

/**
 * Makes `path` of the image a symbolic link to `target` (as the image sees it), in the place of a file or
 * link that is there.
 */
export function linkInTree(root: string, path: string, target: string): Promise<void> {
  return inTree(root, (tree) => linkIn(tree, toBinary(path), target));
}

/** What a path of the image leads to; undefined when nothing is there. */
export function treeStat(root: string, path: string): Promise<Stats | undefined> {
  return inTree(root, (tree) => statInTree(tree, toBinary(path)));
}

/**
 * Where a path of the image really lies, links followed inside it; relative to the root. Throws `link-loop`,
 * `not-a-folder`.
 */
export function treePlace(root: string, path: string): Promise<string> {
  return inTree(root, (tree) => toText(placeInTree(tree, toBinary(path), { followLast: true })));
}

/** Whether the image has this path; a link counts when its target exists in the image. */
export async function treeHas(root: string, path: string): Promise<boolean> {
  return (await treeStat(root, path)) !== undefined;
}

/** The names in a folder of the image, sorted; none when there is no such folder. */
export function treeNames(root: string, path: string): Promise<string[]> {
  return inTree(root, (tree) => folderInTree(tree, toBinary(path)));
}

/**
 * Makes a folder of the image with those it lies in; gives its path, relative to the root. What is there
 * stays as it is.
 */
export function makeTreeFolder(root: string, path: string, mode?: number): Promise<string> {
  return inTree(root, (tree) => toText(makeFolderInTree(tree, toBinary(path), mode)));
}

/** Copies a file out of the image. */
export function copyFromTree(root: string, path: string, target: string): Promise<void> {
  return inTree(root, (tree) => copyOutOfTree(tree, toBinary(path), target));
}

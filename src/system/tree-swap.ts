import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './exec.ts';
import { findMountsBelow } from './mounts-below.ts';

/** Name of the tree in an image folder. */
const treeName = 'rootimg';

/** Where the old tree is between the two renames of a swap, and until it is deleted. */
const replacedName = '.rootimg-replaced';

/** Puts a tree of the same file system in the place of the image folder's own, which removeReplaced deletes later. */
export async function swapIn(folder: string, tree: string): Promise<void> {
  const final = join(folder, treeName);
  if (existsSync(final)) await rename(final, join(folder, replacedName));
  await rename(tree, final);
}

/** Deletes the tree that was swapped out; gives what is mounted below it, which keeps it. */
export async function removeReplaced(folder: string): Promise<string[]> {
  const replaced = join(folder, replacedName);
  const mounted = await findMountsBelow(replaced);
  if (mounted.length > 0) return mounted;
  // For a whole tree quicker than Node's own, and it stays on this file system.
  await run(['rm', '-rf', '--one-file-system', '--', replaced], { action: 'delete the old tree' });
  return [];
}

/**
 * Ends a swap that a killed run began: between its two renames the old tree comes back, after them it goes. To be called with the folder
 * locked.
 */
export async function settleSwap(folder: string): Promise<void> {
  const replaced = join(folder, replacedName);
  if (!existsSync(replaced)) return;
  if (existsSync(join(folder, treeName))) await removeReplaced(folder);
  else await rename(replaced, join(folder, treeName));
}

export function hasReplaced(folder: string): boolean {
  return existsSync(join(folder, replacedName));
}

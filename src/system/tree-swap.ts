import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { flushFile } from '../base/flush.ts';
import { run } from './exec.ts';
import { findMountsBelow } from './mounts-below.ts';
import { closeBeside, openBeside, type TreePlace } from './tree/tree-place.ts';

/** Where the old tree is between the two renames of a swap, and until it is deleted. */
function replacedPath({ beside }: TreePlace): string {
  return join(beside, '.rootimg-replaced');
}

/**
 * Puts a tree of the same file system, which is on the disk, in the place of the image folder's own, which
 * removeReplaced deletes later. Throws
 * `tree-mounted`.
 */
export async function swapIn(place: TreePlace, tree: string): Promise<void> {
  if ((await findMountsBelow(place.root)).includes(place.root)) {
    throw new RootimgError(
      'tree-mounted',
      `${place.root} is a mount point: no other tree can take its place.`,
      {
        hint: 'Mount the disk elsewhere and make rootimg a link to a folder on it.',
      },
    );
  }
  await openBeside(place);
  if (existsSync(place.root)) await rename(place.root, replacedPath(place));
  await rename(tree, place.root);
  await flushFile(dirname(place.root));
}

/** Deletes the tree that was swapped out; gives what is mounted below it, which keeps it. */
export async function removeReplaced(place: TreePlace): Promise<string[]> {
  const replaced = replacedPath(place);
  const mounted = await findMountsBelow(replaced);
  if (mounted.length > 0) return mounted;
  // For a whole tree quicker than Node's own, and it stays on this file system.
  await run(['rm', '-rf', '--one-file-system', '--', replaced], { action: 'delete the old tree' });
  await closeBeside(place);
  return [];
}

/**
 * Ends a swap that a killed run began: between its two renames the old tree comes back, after them it goes.
 * To be called with the folder locked.
 */
export async function settleSwap(place: TreePlace): Promise<void> {
  const replaced = replacedPath(place);
  if (!existsSync(replaced)) return;
  if (existsSync(place.root)) await removeReplaced(place);
  else await rename(replaced, place.root);
}

/** The tree that was swapped out and is still there. */
export function findReplaced(place: TreePlace): string | undefined {
  return existsSync(replacedPath(place)) ? replacedPath(place) : undefined;
}

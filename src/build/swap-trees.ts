import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Build, warn } from './build-context.ts';
import { inStep } from './build-step.ts';
import { findMountsBelow } from './tree-mounts.ts';

/** Where the old tree is between the two renames of a swap, and until it is deleted. */
const replacedName = '.rootimg-replaced';

/** Puts the tree that was built beside in the place of the old one, by rename. The old one is deleted by removeReplaced. */
export async function swapTrees(build: Build): Promise<void> {
  if (build.root === build.finalRoot) return;
  await inStep(build, 'Swap the trees', async () => {
    if (existsSync(build.finalRoot)) await rename(build.finalRoot, join(build.folder, replacedName));
    await rename(build.root, build.finalRoot);
  });
}

/** The last thing of a build: the new tree stands, nobody misses the old one. */
export async function removeReplaced(build: Build): Promise<void> {
  const replaced = join(build.folder, replacedName);
  if (!existsSync(replaced)) return;
  const mounted = await findMountsBelow(replaced);
  if (mounted.length > 0) {
    warn(build, `The old tree is kept as ${replaced}, because ${mounted.join(', ')} is mounted.`);
    return;
  }
  await inStep(build, 'Delete the old tree', () => rm(replaced, { recursive: true, force: true }));
}

/**
 * Ends a swap that a killed run began: between its two renames the old tree comes back, after them it goes. To be called with the folder
 * locked.
 */
export async function settleSwap(folder: string, finalRoot: string): Promise<void> {
  const replaced = join(folder, replacedName);
  if (!existsSync(replaced)) return;
  if (!existsSync(finalRoot)) await rename(replaced, finalRoot);
  else if ((await findMountsBelow(replaced)).length === 0)
    await rm(replaced, { recursive: true, force: true });
}

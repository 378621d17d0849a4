import { findReplaced, removeReplaced, swapIn } from '../../system/tree-swap.ts';
import { type Build, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';

/** Puts the tree that was built beside in the place of the old one, by rename. */
export async function swapTrees(build: Build): Promise<void> {
  if (build.root === build.place.root) return;
  await inStep(build, 'Swap the trees', () => swapIn(build.place, build.root));
}

/** The last thing of a build: the new tree stands, nobody misses the old one. */
export async function deleteOldTree(build: Build): Promise<void> {
  const replaced = findReplaced(build.place);
  if (replaced === undefined) return;
  await inStep(build, 'Delete the old tree', async () => {
    const mounted = await removeReplaced(build.place);
    if (mounted.length > 0) {
      warn(build, `The old tree is kept as ${replaced}, because ${mounted.join(', ')} is mounted.`);
    }
  });
}

import { hasReplaced, removeReplaced, swapIn } from '../../system/tree-swap.ts';
import { type Build, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';

/** Puts the tree that was built beside in the place of the old one, by rename. */
export async function swapTrees(build: Build): Promise<void> {
  if (build.root === build.finalRoot) return;
  await inStep(build, 'Swap the trees', () => swapIn(build.folder, build.root));
}

/** The last thing of a build: the new tree stands, nobody misses the old one. */
export async function deleteOldTree(build: Build): Promise<void> {
  if (!hasReplaced(build.folder)) return;
  await inStep(build, 'Delete the old tree', async () => {
    const mounted = await removeReplaced(build.folder);
    if (mounted.length > 0) {
      warn(build, `The old tree is kept as .rootimg-replaced, because ${mounted.join(', ')} is mounted.`);
    }
  });
}

import { flushTree } from '../system/flush-tree.ts';
import type { Build } from './build-context.ts';
import { removeMark, setMark } from './build-mark.ts';
import { inStep } from './build-step.ts';
import {
  type BootFolder,
  type BootSource,
  discardBootFiles,
  prepareBootFiles,
  putInPlace,
} from './publish-boot-files.ts';
import { type BuildRecord, writeManifest } from './record-build.ts';
import { deleteOldTree, swapTrees } from './tree/swap-trees.ts';

/** Publishes a finished tree with its kernel, initrd and manifest, and deletes the tree before it. */
export async function publishImage(build: Build, source: BootSource, record: BuildRecord): Promise<void> {
  const bootFiles = await prepareBootFiles(build, source);
  try {
    await settleTree(build);
    await publish(build, bootFiles, record);
  } finally {
    await discardBootFiles(bootFiles);
  }
  await deleteOldTree(build);
}

/**
 * From here on the tree is whole, also when the host loses power: everything that publishes it only changes
 * names.
 */
async function settleTree(build: Build): Promise<void> {
  if (build.tree.changed || !build.plan.request.onlyinitrd) {
    await inStep(build, 'Write the tree to the disk', () => flushTree(build.root));
  }
  await setMark(build.folder, 'Publish the image', true);
  Object.assign(build.tree, { marked: true, whole: true });
}

/** The mark stands until everything that is published is of one build. */
async function publish(build: Build, bootFiles: readonly BootFolder[], record: BuildRecord): Promise<void> {
  await inStep(build, 'Publish kernel and initrd', () => putInPlace(bootFiles));
  await swapTrees(build);
  await writeManifest(build, record);
  await removeMark(build.folder);
  build.tree.marked = false;
}

import { join } from 'node:path';
import { throwProblems } from '../base/errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { kernelName } from '../plan/generation.ts';
import { flushTree } from '../system/flush-tree.ts';
import { both } from '../base/both.ts';
import type { Build, BuildContext } from './build-context.ts';
import { warn } from './build-context.ts';
import { customiseRoot } from './customise/customise-root.ts';
import { forgetIdentity } from './customise/identity.ts';
import { indexModules } from './initrd/depmod.ts';
import { mergeDriverUpdates } from './initrd/driver-updates.ts';
import { doFirstBootWork } from './customise/first-boot-work.ts';
import { warnOfLease } from './customise/lease.ts';
import { makeInitrd } from './initrd/initrd.ts';
import { chooseKernel, copyKernel, type Kernel } from './initrd/kernel.ts';
import { takePackages } from './layers/take-packages.ts';
import { runPostinstall } from './postinstall.ts';
import { preflight } from './preflight.ts';
import type { Emulation } from './preflight/emulation/emulation.ts';
import { checkOtherImage } from './preflight/other-image.ts';
import { prepareTree } from './tree/prepare-tree.ts';
import { publishImage } from './publish-image.ts';
import { settleTimes, settleTree } from './reproducible/settle-tree.ts';
import { describeBuild, describeTree } from './record-build.ts';
import { buildStaged } from './staged-build.ts';
import { withBuildFolder } from './workspace.ts';

export type { BuildContext } from './build-context.ts';

/**
 * Builds the image of a plan: `rootimg/`, `kernel`, `initrd-stateless.gz`, `initrd-statelite.gz`,
 * `manifest.json` and `logs/` in rootimgdir. Throws RootimgError, with everything that preflight finds in
 * one; see withBuildFolder for what a failure leaves.
 */
export async function buildImage(plan: BuildPlan, context: BuildContext): Promise<void> {
  const { stage } = plan.request;
  if (stage !== undefined) {
    return buildStaged(plan, context, stage, (local) => buildImage(local, context));
  }
  const host = await preflight(plan, context);
  await withBuildFolder(plan, context, async (build) => {
    if (host.emulation !== undefined) build.reporter.info(emulationLine(plan, host.emulation));
    for (const warning of host.warnings) warn(build, warning);
    // Another build may have ended while this one waited for the lock.
    throwProblems(await checkOtherImage(plan));
    await prepareTree(build);
    const kernel = plan.request.onlyinitrd ? await chooseKernel(build) : await fillTree(build);
    const updates = await mergeDriverUpdates(build, kernel);
    await indexModules(build, kernel);
    await settleTree(build);
    const [initrd, tree] = await both(makeInitrd(build, kernel, updates), describeTree(build));
    const record = await describeBuild(build, host, kernel, initrd, tree);
    settleTimes(build);
    const source = { kernel: join(build.temporary, kernelName), initrd: initrd.file };
    await copyKernel(build, kernel, source.kernel);
    await publishImage(build, source, record);
  });
}

function emulationLine({ image }: BuildPlan, { interpreter }: Emulation): string {
  return `Programs of the image (${image.arch}) run in an emulator, which is slow: ${interpreter}`;
}

/** Everything that changes the tree. */
async function fillTree(build: Build): Promise<Kernel> {
  await takePackages(build);
  // Their way to the disk begins now: the last flush has less to do. What becomes of this one says nothing.
  void flushTree(build.root).catch(() => {});
  const kernel = await chooseKernel(build);
  await customiseRoot(build);
  await runPostinstall(build, kernel);
  await warnOfLease(build);
  await doFirstBootWork(build);
  await forgetIdentity(build);
  return kernel;
}

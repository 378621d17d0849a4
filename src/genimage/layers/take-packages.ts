import type { Build } from '../build-context.ts';
import { forgetMachine } from '../customise/identity.ts';
import { indexModules } from '../initrd/depmod.ts';
import { fillPackages } from '../packages/fill-packages.ts';
import { findKernels, newestKernel } from '../initrd/kernel.ts';
import { findLayer, restoreLayer, storeLayer } from './package-layer.ts';

/**
 * The packages: with --fresh those that an earlier build of the same ones kept, else installed, and kept
 * where the tree is new.
 */
export async function takePackages(build: Build): Promise<void> {
  const layer = await findLayer(build);
  if (layer !== undefined && build.plan.request.fresh && (await restoreLayer(build, layer))) return;
  const before = build.warnings.length;
  await fillPackages(build);
  if (layer === undefined) return;
  await forgetMachine(build);
  const kernel = newestKernel(await findKernels(build.root));
  if (kernel !== undefined) await indexModules(build, kernel);
  await storeLayer(build, layer, build.warnings.slice(before));
}

import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { readManifest } from '../pack/publish/generations.ts';
import { manifestName } from '../plan/manifest.ts';
import type { PackPlan } from '../plan/pack-plan.ts';

/**
 * A plan that makes the same bytes of the same tree each time: without SOURCE_DATE_EPOCH the time counts at
 * which the tree was built. Throws
 * `no-build-time` when the manifest does not tell it.
 */
export async function reproduciblePlan(plan: PackPlan): Promise<PackPlan> {
  if (plan.sourceDateEpoch !== undefined) return plan;
  const { rootimgdir } = plan.image;
  const built = Date.parse((await readManifest(rootimgdir))?.build?.finished ?? '');
  if (!Number.isNaN(built)) return { ...plan, sourceDateEpoch: Math.floor(built / 1000) };
  throw new RootimgError(
    'no-build-time',
    `${join(rootimgdir, manifestName)} does not tell when the tree was built, which --reproducible goes by.`,
    { hint: 'Set SOURCE_DATE_EPOCH to seconds since 1970.' },
  );
}

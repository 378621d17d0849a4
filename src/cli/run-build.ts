import { type BuildContext, buildImage } from '../build/build-image.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import type { BuildRequest } from '../plan/request.ts';
import { renderDryRun } from '../render/dry-run.ts';
import type { Reporter } from '../report/reporter.ts';
import { listenForStop } from '../system/signals.ts';
import { dracutModuleDir } from './locations.ts';

/** Executes a plan here. `request` is as asked, so that the line for another host says no more than the administrator did. */
export async function runBuild(
  plan: BuildPlan,
  request: BuildRequest,
  familyDir: string,
  reporter: Reporter,
): Promise<void> {
  listenForStop();
  const context: BuildContext = {
    reporter,
    dracutModuleDir: await dracutModuleDir(familyDir),
    dryRunLine: renderDryRun(request, familyDir),
    lineWithRootimgdir: (rootimgdir) => renderDryRun({ ...request, rootimgdir }, familyDir),
    command: `genimage ${plan.image.name}`,
  };
  await buildImage(plan, context);
}

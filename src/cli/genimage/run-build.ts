import type { Config } from '../../definition/config.ts';
import { buildImage } from '../../genimage/build-image.ts';
import { checkArchitecture } from '../../genimage/preflight/architecture.ts';
import { ProblemsError, throwProblems } from '../../base/errors.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { BuildRequest } from '../../plan/request.ts';
import { renderDryRun } from '../../render/dry-run.ts';
import type { Reporter } from '../../report/reporter.ts';
import { type PlanContext, resolveBuildPlan } from '../../resolve/build-plan.ts';
import { run } from '../../system/exec.ts';
import { listenForStop } from '../../system/signals.ts';
import type { CommandIo } from '../io.ts';
import { readKeyNews } from '../key-news.ts';
import { layerCache } from '../layer-cache.ts';
import { buildSetting } from '../build-setting.ts';
import { version } from '../version.ts';

/** What every build on this host goes by. */
export interface BuildTools {
  readonly reporter: Reporter;
  readonly config: Config;
  readonly env: CommandIo['env'];
}

/**
 * Makes the plan of a request on this host and executes it. `request` is as asked, so that the line for
 * another host says no more than the administrator did; `familyDir` is the netboot folder that the line
 * changes to.
 */
export async function runBuild(
  request: BuildRequest,
  familyDir: string,
  where: Omit<PlanContext, 'hostArch'>,
  tools: BuildTools,
): Promise<BuildPlan> {
  listenForStop();
  const hostArch = await machineName();
  const dryRunLine = renderDryRun(request, familyDir);
  const plan = await resolveBuildPlan(request, { ...where, hostArch }).catch(async (error: unknown) => {
    throw await withArchitecture(error, request, dryRunLine);
  });
  // Nobody named it: it was found by release, architecture and profile.
  const { pkglist } = plan.request;
  if (request.pkglist === undefined && pkglist) tools.reporter.info(`Package list: ${pkglist}`);
  await executePlan(plan, request, familyDir, tools);
  return plan;
}

/**
 * Executes a plan on this host. `request` and `familyDir` as for runBuild: they make the line for another
 * host.
 */
export async function executePlan(
  plan: BuildPlan,
  request: BuildRequest,
  familyDir: string,
  { reporter, config, env }: BuildTools,
): Promise<void> {
  listenForStop();
  const news = await readKeyNews(plan, config);
  throwProblems(news.problems);
  const warnings = [...plan.warnings, ...news.warnings];
  for (const warning of warnings) reporter.warn(warning);
  for (const line of news.first) reporter.info(line);
  const setting = await buildSetting(request, familyDir, `genimage ${plan.image.name}`);
  const cache = { ...layerCache(env, config), version };
  await buildImage({ ...plan, warnings }, { ...setting, reporter, cache });
}

async function machineName(): Promise<string> {
  const { stdout } = await run(['uname', '-m'], { action: 'ask for the architecture of this host' });
  return stdout.trim();
}

/**
 * What is missing on a host of another architecture may well be there on the node that the image is for: that
 * comes first.
 */
async function withArchitecture(error: unknown, request: BuildRequest, dryRunLine: string): Promise<unknown> {
  if (!(error instanceof ProblemsError) || request.arch === undefined) return error;
  const image = { name: request.imageName ?? `of ${request.osvers ?? ''}`, arch: request.arch };
  const { problems } = await checkArchitecture({ image, request }, { dryRunLine });
  return new ProblemsError([...problems, ...error.problems]);
}

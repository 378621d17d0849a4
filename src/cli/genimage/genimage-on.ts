import { RootimgError } from '../../base/errors.ts';
import { machineOf } from '../../base/architecture.ts';
import type { Store } from '../../definition/store.ts';
import { publishBrought } from '../../genimage/brought-image.ts';
import { isPackageFile } from '../../packages/package-files.ts';
import { toolsOn } from '../../packages/managers.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { buildOn } from '../../remote/build-on.ts';
import { openNode } from '../../remote/open-node.ts';
import { recallBuild } from '../../remote/remembered-build.ts';
import type { Reporter } from '../../report/reporter.ts';
import { resolveBuildPlan } from '../../resolve/build-plan.ts';
import { withScope } from '../../system/scope.ts';
import { listenForStop } from '../../system/signals.ts';
import { askPassword } from '../ask-password.ts';
import { buildSetting } from '../build-setting.ts';
import type { CommandIo } from '../io.ts';
import type { Elsewhere } from './genimage-arguments.ts';
import { writeBack } from './genimage-build.ts';
import type { GenimageJob } from './genimage-job.ts';

/**
 * Builds the image on another host and publishes it here, as a build here would; then writes back to the
 * store what the options changed.
 */
export async function buildElsewhere(
  io: CommandIo,
  store: Store,
  job: GenimageJob,
  elsewhere: Elsewhere,
  verbose: boolean,
  reporter: Reporter,
): Promise<void> {
  listenForStop();
  for (const notice of job.resolved.notices) reporter.line(notice);
  const plan = await planHere(io, job);
  for (const warning of plan.warnings) reporter.warn(warning);
  await withScope(async (scope) => {
    const resumed = elsewhere.resume ? await recallBuild(plan.image.rootimgdir, plan.image.name) : undefined;
    const target = { host: elsewhere.host ?? resumed?.host ?? '', options: resumed?.options ?? [] };
    if (resumed !== undefined && resumed.host !== target.host) throw otherHost(plan, resumed.host);
    const asker = { env: io.env, askPassword };
    const arch = plan.request.emulate ? undefined : plan.image.arch;
    const node = await openNode(scope, target, asker, { arch, tools: toolsOn(plan) });
    reporter.fact('node', { host: target.host, ...node.facts });
    const { request, familyDir } = job.resolved;
    const setting = await buildSetting(request, familyDir, `genimage --on ${target.host} ${plan.image.name}`);
    const remote = { plan, target, onLost: elsewhere.onLost, isPackageFile, resumed, verbose, reporter };
    await publishBrought(plan, { ...setting, reporter }, (folder) => buildOn(node, remote, folder));
  });
  await writeBack(store, job, plan, reporter);
}

/** The plan as a host of the image's architecture that sees these files makes it. */
export async function planHere(io: CommandIo, { resolved, site, netboot }: GenimageJob): Promise<BuildPlan> {
  const { request } = resolved;
  if (request.arch === undefined) {
    throw new RootimgError('usage', '-a ARCH is needed: another host builds this.');
  }
  const hostArch = machineOf(request.arch);
  return resolveBuildPlan(request, { netbootDir: netboot, hostArch, env: io.env, cwd: io.cwd, ...site });
}

function otherHost(plan: BuildPlan, host: string): RootimgError {
  return new RootimgError('build-gone', `The build of ${plan.image.name} that waits is on ${host}.`, {
    hint: `genimage --on ${host} --resume ${plan.image.name}`,
  });
}

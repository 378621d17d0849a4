import { RootimgError, throwProblems } from '../../base/errors.ts';
import { machineOf } from '../../base/architecture.ts';
import type { Store } from '../../definition/store.ts';
import { publishBrought } from '../../genimage/brought-image.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { Reporter } from '../../report/reporter.ts';
import { resolveBuildPlan } from '../../resolve/build-plan.ts';
import { type Scope, withScope } from '../../system/scope.ts';
import { listenForStop } from '../../system/signals.ts';
import { askPassword } from '../ask-password.ts';
import { buildSetting } from '../build-setting.ts';
import type { CommandIo } from '../io.ts';
import { readKeyNews } from '../key-news.ts';
import type { Elsewhere } from './elsewhere.ts';
import { writeBack } from './genimage-build.ts';
import type { GenimageJob } from './genimage-job.ts';
import type { SendingWay, SentJob } from './sending-way.ts';
import { wayFor } from './way-for.ts';

/**
 * Builds the image on another host and publishes it here, as a build here would; then writes back to the
 * store what the options changed.
 */
export async function buildElsewhere(
  io: CommandIo,
  store: Store,
  job: GenimageJob,
  elsewhere: Elsewhere,
  reporter: Reporter,
): Promise<void> {
  listenForStop();
  await withScope(async (scope) => {
    const sent = { io, job, elsewhere, reporter, askPassword };
    const { run } = await prepareElsewhere(scope, wayFor(elsewhere), sent, store);
    await run();
  });
}

/** Plans a build and finds its place, all but the work itself. */
export async function prepareElsewhere(
  scope: Scope,
  way: SendingWay,
  asked: Omit<SentJob, 'plan'>,
  store: Store,
): Promise<{ readonly place: string; readonly run: () => Promise<void> }> {
  const { io, job, reporter } = asked;
  for (const notice of job.resolved.notices) reporter.line(notice);
  const plan = await planHere(io, job);
  // The node begins in an empty folder: it cannot know the last build's keys.
  const news = await readKeyNews(plan, job.config);
  throwProblems(news.problems);
  for (const warning of [...plan.warnings, ...news.warnings]) reporter.warn(warning);
  const { place, words, bring, over } = await way(scope, { ...asked, plan });
  const { request, familyDir } = job.resolved;
  const setting = await buildSetting(request, familyDir, `genimage ${words} ${plan.image.name}`);
  const run = async () => {
    await publishBrought(plan, { ...setting, reporter }, bring).finally(over);
    await writeBack(store, job, plan, reporter);
  };
  return { place, run };
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

import type { Store } from '../../definition/store.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { GenimageJob } from './genimage-job.ts';
import type { CommandIo } from '../io.ts';
import { runBuild } from './run-build.ts';
import { writeBackChanges, writeNewDefinitions } from './write-back.ts';

/** Builds the image on this host, then writes back to the store what the options changed. */
export async function buildHere(
  io: CommandIo,
  store: Store,
  job: GenimageJob,
  reporter: Reporter,
): Promise<void> {
  const { resolved, site, netboot, config } = job;
  for (const notice of resolved.notices) reporter.line(notice);
  const where = { netbootDir: netboot, env: io.env, cwd: io.cwd, ...site };
  const tools = { reporter, config, env: io.env };
  const plan = await runBuild(resolved.request, resolved.familyDir, where, tools);
  await writeBack(store, job, plan, reporter);
}

/** Writes to the store what the options of a build that succeeded have changed. */
export async function writeBack(
  store: Store,
  { resolved, site, netboot }: GenimageJob,
  plan: BuildPlan,
  reporter: Reporter,
): Promise<void> {
  if (store.readOnly) return;
  const job = {
    store,
    plan,
    asked: resolved.request,
    changes: resolved.changes,
    installdir: site.installdir,
    netbootDir: netboot,
  };
  const isNew = resolved.request.imageName === undefined;
  const written = await store.exclusively(() => (isNew ? writeNewDefinitions(job) : writeBackChanges(job)));
  for (const name of written) reporter.info(`The definition ${name} was updated.`);
}

import { isPackageFile } from '../../packages/package-files.ts';
import type { SlurmBuild } from '../../remote/remembered-build.ts';
import { buildBySlurm, openBatch, type SlurmBatch, takeTask } from '../../remote/slurm/build-by-slurm.ts';
import { openJobsFolder } from '../../remote/slurm/shared-folder.ts';
import { openSlurm } from '../../remote/slurm/slurm.ts';
import type { ReadyBuild, SendingWay, SentJob } from './sending-way.ts';

/** Sends builds to Slurm (`--via slurm`): all that are ready at once as one array. */
export function readyBySlurm(): SendingWay {
  let together: Promise<SlurmBatch> | undefined;
  return async (_scope, sent) => {
    const { plan, reporter } = sent;
    // Others do not wait for one that waits for its lock.
    const batch = await (plan.request.wait ? newBatch(sent) : (together ??= newBatch(sent)));
    const expected = batch.gathering.expect();
    const job = { plan, reporter, isPackageFile };
    return {
      place: 'slurm',
      words: '--via slurm',
      bring: (folder) => buildBySlurm(batch, expected, job, folder),
      over: expected.over,
    };
  };
}

async function newBatch({ io, job, elsewhere }: SentJob): Promise<SlurmBatch> {
  const slurm = await openSlurm(io.env);
  const folder = await openJobsFolder(job.site.installdir, slurm);
  return openBatch(slurm, folder, elsewhere.slurm ?? {}, elsewhere.verbose);
}

/** Takes up a job that was begun before. */
export async function readyFromSlurm(
  { io, plan, reporter }: SentJob,
  build: SlurmBuild,
): Promise<ReadyBuild> {
  const slurm = await openSlurm(io.env);
  const job = { plan, reporter, isPackageFile };
  return {
    place: 'slurm',
    words: '--via slurm',
    bring: (folder) => takeTask(slurm, job, build, folder),
  };
}

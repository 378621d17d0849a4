import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { sizeWords } from '../../base/size-words.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { inPhase, type Reporter } from '../../report/reporter.ts';
import { lastLines } from '../../system/exec.ts';
import { stopSignal } from '../../system/signals.ts';
import { bringInPhase, type ImageSender, receiveImage } from '../fetch-image.ts';
import { type BuildOutcome, buildFailure, followBuild } from '../follow-build.ts';
import { namedAsHere } from '../plan-there.ts';
import { begunBefore, forgetBuild, placesIn, rememberBuild, type SlurmBuild } from '../remembered-build.ts';
import { followTask } from './follow-task.ts';
import { type Expected, gather, type Gathering } from './gathering.ts';
import { jobScript, shared, workFolder } from './job-script.ts';
import { fillShared } from './shared-folder.ts';
import { isAlive, type Slurm, type SlurmChoice } from './slurm.ts';

/** A build that is to become a job. */
export interface SlurmJob {
  readonly plan: BuildPlan;
  /** Whether a name of a package list is a file of this host. */
  readonly isPackageFile: (name: string) => boolean;
  readonly reporter: Reporter;
}

/** Builds that are one job array. */
export interface SlurmBatch {
  readonly slurm: Slurm;
  readonly name: string;
  /** Begins the paths of their shared folders; the index follows. */
  readonly sharedPrefix: string;
  readonly gathering: Gathering;
}

/** A batch whose shared folders are made in `folder`. */
export function openBatch(slurm: Slurm, folder: string, choice: SlurmChoice, verbose: boolean): SlurmBatch {
  const name = `rootimg-${randomBytes(8).toString('hex')}`;
  const sharedPrefix = `${folder}/${name}-`;
  const script = jobScript({ sharedPrefix, batch: name, verbose });
  const output = `${sharedPrefix}%a/${shared.output}`;
  const gathering = gather((indexes) => slurm.submit({ name, indexes, script, output, choice }));
  return { slurm, name, sharedPrefix, gathering };
}

/**
 * Builds an image as one task of a batch and brings it into the empty folder `to`, as buildOn does. When it
 * fails its logs come alone.
 */
export async function buildBySlurm(
  { slurm, name, sharedPrefix }: SlurmBatch,
  { index, ready }: Expected,
  job: SlurmJob,
  to: string,
): Promise<(text: string) => string> {
  const { plan, isPackageFile, reporter } = job;
  const { name: image, rootimgdir } = plan.image;
  await dropBefore(slurm, rootimgdir);
  const folder = `${sharedPrefix}${index}`;
  let isSubmitted = false;
  try {
    const write = () => fillShared(folder, plan, workFolder(name, index), isPackageFile);
    const { files, sent } = await inPhase(reporter, 'Write the plan for the nodes', write, (written) =>
      sizeWords(written.sent.kit + written.sent.files),
    );
    const build: SlurmBuild = { schema: 1, image, batch: name, index, folder, files, repositories: [] };
    await rememberBuild(rootimgdir, build);
    await ready();
    isSubmitted = true;
    return await takeTask(slurm, job, build, to, sent);
  } catch (error) {
    if (!isSubmitted) await removeBuild(folder, rootimgdir);
    throw error;
  }
}

/** Follows a task until it has ended, and takes what it made; at once what it made meanwhile. */
export async function takeTask(
  slurm: Slurm,
  { plan, reporter }: SlurmJob,
  build: SlurmBuild,
  to: string,
  sent: { readonly kit: number; readonly files: number } = { kit: 0, files: 0 },
): Promise<(text: string) => string> {
  const { folder, batch, index } = build;
  const text = namedAsHere(placesIn(workFolder(batch, index), build), plan);
  let isOver = false;
  try {
    const { node, outcome } = await followInPhase(slurm, build, reporter, text);
    isOver = outcome.status !== 0;
    if (isOver) {
      stopSignal.throwIfAborted();
      await receiveImage(senderIn(folder, node), to).catch(() => {});
      throw await taskFailure(node, folder, outcome, text);
    }
    const bring = (phase: Parameters<typeof receiveImage>[2]) =>
      receiveImage(senderIn(folder, node), to, phase);
    const received = await bringInPhase(node, reporter, bring);
    reporter.fact('transfer', { sent: { ...sent, repositories: 0 }, received });
    isOver = true;
    return text;
  } catch (error) {
    const isRefused = error instanceof RootimgError && /^(job-lost|archive-refused)$/.test(error.code);
    isOver ||= stopSignal.aborted || isRefused;
    stopSignal.throwIfAborted();
    throw isRefused ? await withOutput(error, folder) : error;
  } finally {
    if (isOver) await removeBuild(folder, plan.image.rootimgdir);
  }
}

/** The wait in the queue is a phase of its own. */
async function followInPhase(
  slurm: Slurm,
  { batch, index, folder }: SlurmBuild,
  reporter: Reporter,
  text: (said: string) => string,
): Promise<{ readonly node: string; readonly outcome: BuildOutcome }> {
  const waiting = reporter.phase('Wait for a node of Slurm');
  let node = '';
  const follow = (onEvent: Parameters<Parameters<typeof followBuild>[0]['follow']>[0]) =>
    followTask(slurm, { batch, index }, join(folder, shared.events), {
      onEvent,
      onNode: (name) => {
        node = name;
        reporter.fact('node', { host: node, job: batch, task: index });
        waiting.done(node);
      },
      onWaiting: ({ id, reason }) => waiting.progress(`job ${id}: ${reason}`),
    });
  try {
    return { outcome: await followBuild({ follow }, reporter, text), node };
  } catch (error) {
    if (node === '') waiting.failed();
    throw error;
  }
}

/** What a node has written as a file, as if it sent it. */
function senderIn(folder: string, host: string): ImageSender {
  const chunks = createReadStream(join(folder, shared.image), { highWaterMark: 1 << 20 });
  const sum = readTextFile(join(folder, shared.imageSum)).catch(() => '');
  return {
    host,
    chunks: chunks as AsyncIterable<Buffer>,
    ended: sum.then((stderr) => ({ exitCode: 0, stderr })),
    kill: () => void chunks.destroy(),
  };
}

async function taskFailure(
  node: string,
  folder: string,
  outcome: BuildOutcome,
  text: (said: string) => string,
): Promise<RootimgError> {
  if (outcome.result?.problems[0]?.code === 'stopped') {
    const message = `The job was told to stop on ${node}: by scancel, or because its time was over.`;
    return withOutput(new RootimgError('job-stopped', message), folder);
  }
  // What was built may not have fitted into the shared folder.
  const said = [shared.errors, shared.imageSum].map((name) =>
    readTextFile(join(folder, name)).catch(() => ''),
  );
  const errors = async () =>
    lastLines((await Promise.all(said)).join('\n')).filter((line) => !line.startsWith('rootimg '));
  return buildFailure(node, outcome, text, errors);
}

/** With what Slurm and the script said of the job. */
async function withOutput(error: RootimgError, folder: string): Promise<RootimgError> {
  const files = await Promise.all(
    (error.code === 'job-stopped' ? [shared.output] : [shared.output, shared.errors]).map((name) =>
      readTextFile(join(folder, name)).catch(() => ''),
    ),
  );
  const hint = `Root of the nodes must be able to read and write ${folder.replace(/\/[^/]*$/, '')} (on NFS: no_root_squash).`;
  const details = lastLines(files.join('\n'));
  const isSilent = error.code === 'job-lost' && details.length === 0;
  return new RootimgError(error.code, error.message, { details, ...(isSilent ? { hint } : {}) });
}

async function removeBuild(folder: string, rootimgdir: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await forgetBuild(rootimgdir);
}

/** Ends the job of this image that was begun before and that nobody has taken. */
async function dropBefore(slurm: Slurm, rootimgdir: string): Promise<void> {
  const before = await begunBefore(rootimgdir);
  if (before === undefined || !('batch' in before)) return;
  const state = await slurm.stateOf(before);
  if (state !== undefined && isAlive(state)) await slurm.cancel(state.id);
  await removeBuild(before.folder, rootimgdir);
}

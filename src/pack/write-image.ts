import { availableParallelism } from 'node:os';
import type { PackPlan } from '../plan/pack-plan.ts';
import type { Phase } from '../report/reporter.ts';
import { flushFile } from '../system/publish.ts';
import { compressArgv } from './compressors.ts';
import { cpioLimitError, tooLargeForCpio, writeCpio } from './cpio.ts';
import { lostAttributes } from './findings.ts';
import type { Member } from './member-table.ts';
import type { Selection } from './select.ts';
import { writeSquashfs } from './squashfs.ts';
import { throughProgram } from './stage.ts';
import { writeTar } from './tar.ts';
import { verifyArchive, type VerifiedFile } from './verify-archive.ts';
import { verifySquashfs } from './verify-squashfs.ts';
import { readXattrs } from './xattrs.ts';

export interface WriteJob {
  readonly plan: PackPlan;
  /** The tree, binary. */
  readonly root: string;
  readonly selection: Selection;
  /** Where the packed file goes; must not exist. */
  readonly file: string;
}

export interface WrittenImage {
  /** Reads the file back, or ends doing so, and flushes it meanwhile. */
  readonly verify: () => Promise<VerifiedFile>;
  readonly warnings: readonly string[];
}

/** Throws what the chosen format cannot hold, before anything is written. */
export function checkLimits(plan: PackPlan, selection: Selection): void {
  if (plan.method !== 'cpio') return;
  const large = tooLargeForCpio(selection.members);
  if (large.length > 0) throw cpioLimitError(large);
}

/** Writes the image in the format of the plan to the job's file. */
export async function writeImage(job: WriteJob, phase: Phase): Promise<WrittenImage> {
  const { plan } = job;
  if (plan.method === 'squashfs') return writeAsSquashfs(job);
  return plan.method === 'cpio' ? writeAsCpio(job, phase) : writeAsTar(job, phase);
}

/** Latest time that a file may have. */
function latestTime(plan: PackPlan): number {
  return plan.sourceDateEpoch ?? Number.POSITIVE_INFINITY;
}

async function writeAsCpio(job: WriteJob, phase: Phase): Promise<WrittenImage> {
  const { plan, root, selection } = job;
  const { members } = selection;
  const [verify, xattrs] = await Promise.all([
    compress(job, 'cpio', (out) =>
      writeCpio(out, root, members, latestTime(plan), progressOf(selection, phase)),
    ),
    readXattrs(root, members),
  ]);
  return { verify, warnings: lostAttributes('cpio', members, xattrs, () => true) };
}

async function writeAsTar(job: WriteJob, phase: Phase): Promise<WrittenImage> {
  const { plan, root, selection } = job;
  const { members } = selection;
  const xattrs = await readXattrs(root, members);
  const verify = await compress(job, 'tar', (out) =>
    writeTar(out, root, members, xattrs, latestTime(plan), progressOf(selection, phase)),
  );
  return { verify, warnings: [] };
}

async function writeAsSquashfs({ plan, root, selection, file }: WriteJob): Promise<WrittenImage> {
  const warnings = await writeSquashfs({
    root,
    rootimgdir: plan.image.rootimgdir,
    file,
    compressor: plan.compressor,
    threads: availableParallelism(),
    selection,
    sourceDateEpoch: plan.sourceDateEpoch,
  });
  const verify = async () =>
    (await Promise.all([verifySquashfs(file, selection.members), flushFile(file)]))[0];
  return { verify, warnings };
}

/** Sends what `produce` writes through the compressor to the job's file, reading it back meanwhile. Resolves when it is written. */
async function compress(
  { plan, selection, file }: WriteJob,
  method: 'cpio' | 'tar',
  produce: Parameters<typeof throughProgram>[3],
): Promise<WrittenImage['verify']> {
  const argv = compressArgv(plan.compressor, availableParallelism());
  const written = throughProgram(argv, file, plan.image.rootimgdir, produce);
  // The file exists from the first moment of throughProgram on.
  const verified = verifyArchive(file, method, plan.compressor, selection.members, written);
  verified.catch(() => {});
  await written;
  return async () => (await Promise.all([verified, flushFile(file)]))[0];
}

/** Tells the phase how many bytes of content have been begun; not for each of the many small files. */
function progressOf(selection: Selection, phase: Phase): (member: Member) => void {
  const step = 4 * 1024 * 1024;
  let done = 0;
  let told = 0;
  return (member) => {
    if (done - told >= step) {
      told = done;
      phase.progress('packed', done, selection.contentBytes);
    }
    if (member.link === 0) done += member.size;
  };
}

import { type Tree } from '../../system/tree/open-tree.ts';
import { availableParallelism } from 'node:os';
import type { PackPlan } from '../../plan/pack-plan.ts';
import type { Phase } from '../../report/reporter.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import { flushFile } from '../../base/flush.ts';
import { asStreamCompressor, compressArgv } from '../formats/archive/compressors.ts';
import { writeCpio } from '../formats/cpio/write-cpio.ts';
import { writeErofs } from '../formats/erofs/write-erofs.ts';
import type { HoleIndex } from '../members/holes.ts';
import { limits, type TimeRange, timesUpTo } from '../formats/limits.ts';
import { filledOnNode, type NodeFacts } from '../formats/node-facts.ts';
import type { Member } from '../members/member-table.ts';
import type { Selection } from '../select/select.ts';
import { writeSquashfs } from '../formats/squashfs/write-squashfs.ts';
import { throughProgram } from '../streams/stage.ts';
import { writeTar } from '../formats/tar/write-tar.ts';
import { verifyArchive } from '../verify/verify-archive.ts';
import { verifyErofs } from '../verify/verify-erofs.ts';
import { verifySquashfs } from '../verify/verify-squashfs.ts';
import type { ViewInput } from '../formats/view/view.ts';
import { lostOnNode, xattrList, xattrListMember, xattrListName } from '../formats/cpio/xattr-list.ts';
import { readXattrs } from '../members/xattrs.ts';

export interface WriteJob {
  readonly plan: PackPlan;
  /** The tree, binary. */
  readonly root: Tree;
  readonly selection: Selection;
  readonly holes: HoleIndex;
  /** Where the packed file goes; must not exist. */
  readonly file: string;
  /** IMAGEUUID of this pack. */
  readonly uuid: string;
  readonly nodeFacts: NodeFacts;
}

export interface WrittenImage {
  /** Reads the file back, or ends doing so, and flushes it meanwhile. */
  readonly verify: () => Promise<DigestedFile>;
  readonly warnings: readonly string[];
}

/** Writes the image in the format of the plan to the job's file. */
export async function writeImage(job: WriteJob, phase: Phase): Promise<WrittenImage> {
  switch (job.plan.method) {
    case 'cpio':
      return writeAsCpio(job, phase);
    case 'tar':
      return writeAsTar(job, phase);
    case 'squashfs':
      return writeAsSquashfs(job);
    case 'erofs':
      return writeAsErofs(job);
  }
}

function timesOf({ method, sourceDateEpoch }: PackPlan): TimeRange {
  return timesUpTo(limits[method].times, sourceDateEpoch);
}

async function writeAsCpio(job: WriteJob, phase: Phase): Promise<WrittenImage> {
  const { plan, root, selection, holes, nodeFacts } = job;
  const { members } = selection;
  const xattrs = readXattrs(root, members);
  xattrs.catch(() => {});
  const addList = async () => {
    const list = xattrList(members, await xattrs);
    const latest = plan.sourceDateEpoch ?? Math.floor(Date.now() / 1000);
    if (list.length > 0) members.add('.', xattrListName, xattrListMember(list, latest));
  };
  const verify = await compress(job, 'cpio', (out) =>
    writeCpio(out, root, members, timesOf(plan), progressOf(selection, phase), addList),
  );
  return {
    verify,
    warnings: [...lostOnNode(members, await xattrs, nodeFacts), ...filledOnNode(members, holes, nodeFacts)],
  };
}

async function writeAsTar(job: WriteJob, phase: Phase): Promise<WrittenImage> {
  const { plan, root, selection, holes } = job;
  const { members } = selection;
  const xattrs = await readXattrs(root, members);
  const verify = await compress(job, 'tar', (out) =>
    writeTar(out, root, members, xattrs, holes, timesOf(plan), progressOf(selection, phase)),
  );
  return { verify, warnings: [] };
}

async function writeAsSquashfs(job: WriteJob): Promise<WrittenImage> {
  const { plan, selection, file } = job;
  const warnings = await writeSquashfs(viewInput(job), plan.compressor, availableParallelism());
  return { verify: () => whileFlushing(file, verifySquashfs(file, selection.members)), warnings };
}

async function writeAsErofs(job: WriteJob): Promise<WrittenImage> {
  const { plan, selection, file, uuid } = job;
  await writeErofs(viewInput(job), plan.compressor, uuid);
  return { verify: () => whileFlushing(file, verifyErofs(file, selection.members)), warnings: [] };
}

function viewInput({ plan, root, selection, file }: WriteJob): ViewInput {
  const { rootimgdir } = plan.image;
  const { times } = limits[plan.method];
  return { root, rootimgdir, file, selection, times, sourceDateEpoch: plan.sourceDateEpoch };
}

/** What `verified` gives when the file has also reached the disk. */
async function whileFlushing(file: string, verified: Promise<DigestedFile>): Promise<DigestedFile> {
  return (await Promise.all([verified, flushFile(file)]))[0];
}

/** Sends what `produce` writes through the compressor to the job's file, reading it back meanwhile. Resolves when it is written. */
async function compress(
  { plan, selection, file }: WriteJob,
  method: 'cpio' | 'tar',
  produce: Parameters<typeof throughProgram>[3],
): Promise<WrittenImage['verify']> {
  const compressor = asStreamCompressor(plan.compressor);
  const argv = compressArgv(compressor, availableParallelism());
  const written = throughProgram(argv, file, plan.image.rootimgdir, produce);
  // The file exists from the first moment of throughProgram on.
  const verified = verifyArchive(file, method, compressor, selection.members, written);
  verified.catch(() => {});
  await written;
  return () => whileFlushing(file, verified);
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

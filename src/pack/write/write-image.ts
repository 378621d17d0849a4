import { flushFile } from '../../base/flush.ts';
import type { Phase } from '../../report/reporter.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import type { Format, WriteJob } from '../formats/format.ts';
import type { Member } from '../members/member-table.ts';
import type { Selection } from '../select/select.ts';

export interface WrittenImage {
  /** Ends reading the file back, and flushes it meanwhile. */
  readonly verify: () => Promise<DigestedFile>;
  readonly warnings: readonly string[];
}

/**
 * Writes the image in a format to the job's file. `readBack` reads it, meanwhile where the format lets it be
 * followed, else afterwards; it is given the promise of the bytes before compression.
 */
export async function writeImage(
  format: Format,
  job: Omit<WriteJob, 'onMember' | 'follow'>,
  readBack: (written: Promise<number>) => Promise<DigestedFile>,
  phase: Phase,
): Promise<WrittenImage> {
  let following: Promise<DigestedFile> | undefined;
  const follow = (written: Promise<number>) => {
    following = readBack(written);
    following.catch(() => {});
  };
  const onMember = progressOf(job.selection, phase);
  const warnings = await format.write({ ...job, onMember, follow });
  return {
    warnings,
    verify: async () => {
      const reading = following ?? readBack(Promise.resolve(0));
      return (await Promise.all([reading, flushFile(job.file)]))[0];
    },
  };
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

import type { Phase } from '../../report/reporter.ts';
import type { Format, LayerJob, WriteJob, Written } from '../formats/format.ts';
import type { Member } from '../members/member-table.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import type { Selection } from '../select/select.ts';
import type { ProgramOutput } from '../streams/feed-program.ts';

export interface WrittenImage extends Written {
  /** Members that the writer has begun; of a format whose tool makes the file by itself 0. */
  readonly begun: number;
  /** What follows the file; undefined where nothing can. */
  readonly following: Following | undefined;
}

/** What goes on beside the writing of a file, and may end after it. */
export interface Following {
  /** The reading of its members, where they are read. */
  readonly members: Promise<void> | undefined;
  /** The reading back from its disk. */
  readonly onDisk: Promise<DigestedFile>;
}

/**
 * Writes the image in a format to the job's file. Where the format lets it be followed while it grows,
 * `follow` is called with the promise of what comes out of the compressor.
 */
export async function writeImage(
  format: Format,
  job: Omit<WriteJob, 'onMember' | 'follow'>,
  follow: (written: Promise<ProgramOutput>) => Following,
  phase: Phase,
): Promise<WrittenImage> {
  let following: Following | undefined;
  let begun = 0;
  const tell = progressOf(job.selection, phase);
  const written = await format.write({
    ...job,
    onMember: (member) => {
      begun += 1;
      tell(member);
    },
    follow: (output) => (following = follow(output)),
  });
  return { ...written, begun, following };
}

/** Writes a layer in a format that has them. */
export async function writeLayer(format: Format, job: LayerJob): Promise<WrittenImage> {
  if (format.writeLayer === undefined) throw new RangeError(`${format.name} has no layers`);
  return { ...(await format.writeLayer(job)), begun: 0, following: undefined };
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

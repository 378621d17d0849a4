import { availableParallelism } from 'node:os';
import { both } from '../../../base/both.ts';
import type { ChunkWriter } from '../../streams/chunk-writer.ts';
import { type ProgramOutput, throughProgram } from '../../streams/feed-program.ts';
import type { WriteJob } from '../format.ts';
import { compressArgv } from './compressors.ts';

/** What a writer of members is given. */
interface Judged {
  /** To be called when a member is begun. Throws when the judgement has ended ill. */
  readonly onMember: WriteJob['onMember'];
  /** The end of the judgement, which the members must not change before. */
  readonly ended: Promise<void>;
}

/**
 * Sends what `produce` writes through the job's compressor to its file, which can be followed meanwhile. The
 * selection is judged while the compressor has enough to do. Gives what came out of it.
 */
export async function writeCompressed(
  { compressor, file, rootimgdir, judge, onMember, follow }: WriteJob,
  produce: (out: ChunkWriter, judged: Judged) => Promise<void>,
): Promise<ProgramOutput> {
  const argv = compressArgv(compressor, availableParallelism());
  const written = throughProgram(argv, file, rootimgdir, async (out) => {
    let hasFailed = false;
    const ended = judge();
    ended.catch(() => (hasFailed = true));
    const check: WriteJob['onMember'] = (member) => {
      // What it says is told below.
      if (hasFailed) throw new Error('judged');
      onMember(member);
    };
    await both(ended, produce(out, { onMember: check, ended }));
  });
  // The file exists from the first moment of throughProgram on.
  follow(written);
  return written;
}

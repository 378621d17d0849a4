import { availableParallelism } from 'node:os';
import type { ChunkWriter } from '../../streams/chunk-writer.ts';
import { type ProgramOutput, throughProgram } from '../../streams/feed-program.ts';
import type { WriteJob } from '../format.ts';
import { compressArgv } from './compressors.ts';

/**
 * Sends what `produce` writes through the job's compressor to its file, which can be followed meanwhile.
 * Gives what came out of the compressor.
 */
export async function writeCompressed(
  { compressor, file, rootimgdir, judge, follow }: WriteJob,
  produce: (out: ChunkWriter) => Promise<void>,
): Promise<ProgramOutput> {
  const argv = compressArgv(compressor, availableParallelism());
  const written = throughProgram(argv, file, rootimgdir, async (out) => {
    await judge();
    await produce(out);
  });
  // The file exists from the first moment of throughProgram on.
  const bytes = written.then((output) => output.bytes);
  // Who follows hears of a failure; so does who waits here.
  bytes.catch(() => {});
  follow(bytes);
  return written;
}

import { availableParallelism } from 'node:os';
import type { ChunkWriter } from '../../streams/chunk-writer.ts';
import { throughProgram } from '../../streams/feed-program.ts';
import type { WriteJob } from '../format.ts';
import { compressArgv } from './compressors.ts';

/**
 * Sends what `produce` writes through the job's compressor to its file, which can be followed meanwhile.
 * Resolves when it is written.
 */
export async function writeCompressed(
  { compressor, file, rootimgdir, follow }: WriteJob,
  produce: (out: ChunkWriter) => Promise<void>,
): Promise<void> {
  const argv = compressArgv(compressor, availableParallelism());
  const written = throughProgram(argv, file, rootimgdir, produce);
  // The file exists from the first moment of throughProgram on.
  follow(written);
  await written;
}

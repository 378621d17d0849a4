import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChosenCompressor, CompressorChoice, Tool } from '../format.ts';
import { checkGzip, checkXz, checkZstd, type EndCheck } from './stream-ends.ts';

/** A program that compresses a stream. */
interface Compressor {
  /** Ending of the file's name. */
  readonly ending: string;
  /** Package that brings it. */
  readonly from: string;
  /**
   * argv that compresses standard input to standard output. Always in its multi-threaded way with blocks of a
   * fixed size, so that the bytes do not depend on how many CPUs there are; without names and times.
   */
  readonly compress: (threads: number) => string[];
  /**
   * argv that gives back what it wrote, checking the sums; undefined where it is gzip, which Node undoes
   * itself.
   */
  readonly decompress?: readonly string[];
  readonly checkEnds: EndCheck;
}

const known: ReadonlyMap<string, Compressor> = new Map(
  Object.entries<Compressor>({
    gzip: {
      ending: 'gz',
      from: 'gzip',
      // Two thirds of the time of level 6 for 1% more bytes.
      compress: () => ['gzip', '-5', '--no-name', '--stdout'],
      checkEnds: checkGzip,
    },
    pigz: {
      ending: 'gz',
      from: 'pigz',
      compress: (threads) => [
        ...['pigz', '-5', '--no-name', '--no-time', '--stdout', '--blocksize', '128'],
        // With one thread it has no blocks and writes other bytes.
        ...['--processes', `${Math.max(2, threads)}`],
      ],
      checkEnds: checkGzip,
    },
    xz: {
      ending: 'xz',
      from: 'xz (Debian: xz-utils)',
      compress: (threads) => [
        ...['xz', '-6', '--stdout', '--check=crc32'],
        // Each thread takes 140 MB; where that is too much it uses fewer, with the same blocks.
        ...['--memlimit-compress=50%', '--block-size=24MiB', `--threads=${Math.max(2, threads)}`],
      ],
      decompress: ['xz', '--decompress', '--stdout', '--threads=0'],
      checkEnds: checkXz,
    },
    zstd: {
      ending: 'zst',
      from: 'zstd',
      compress: (threads) => [
        ...['zstd', '-3', '--quiet', '--stdout', '--check', '-B8388608', `-T${threads}`],
      ],
      decompress: ['zstd', '--decompress', '--quiet', '--stdout'],
      checkEnds: checkZstd,
    },
  }),
);

/** Words of `-c` for an archive. */
export const streamCompressors: readonly string[] = [...known.keys()];

function compressorOf(name: string): Compressor {
  const compressor = known.get(name);
  if (compressor === undefined) throw new RangeError(`${name} compresses no archive`);
  return compressor;
}

export function compressArgv(name: string, threads: number): string[] {
  return compressorOf(name).compress(threads);
}

export function decompressArgv(name: string): readonly string[] | undefined {
  return compressorOf(name).decompress;
}

export function endCheckOf(name: string): EndCheck {
  return compressorOf(name).checkEnds;
}

export function fileEnding(name: string): string {
  return compressorOf(name).ending;
}

export function compressorTools(name: string): readonly Tool[] {
  return [{ command: name, from: compressorOf(name).from, why: 'compresses the image' }];
}

/** pigz where it is installed. */
export async function usualCompressor({ searchPath }: CompressorChoice): Promise<ChosenCompressor> {
  for (const folder of searchPath.split(':').filter((one) => one !== '')) {
    if (await isExecutable(join(folder, 'pigz'))) return { word: 'pigz' };
  }
  return { word: 'gzip' };
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

import {
  type ArchiveMethod,
  isStreamCompressor,
  type PackCompressor,
  type PackMethod,
  type StreamCompressor,
} from '../../../plan/pack-names.ts';

/**
 * argv of the program that compresses standard input to standard output. Always in its multi-threaded way with blocks of a fixed size, so
 * that the bytes do not depend on how many CPUs there are; without names and times. gzip at level 5 takes two thirds of the time of level 6 for
 * 1% more bytes.
 */
export function compressArgv(compressor: StreamCompressor, threads: number): string[] {
  switch (compressor) {
    case 'gzip':
      return ['gzip', '-5', '--no-name', '--stdout'];
    case 'pigz':
      // With one thread pigz has no blocks and writes other bytes.
      return [
        'pigz',
        '-5',
        '--no-name',
        '--no-time',
        '--stdout',
        '--blocksize',
        '128',
        '--processes',
        `${Math.max(2, threads)}`,
      ];
    case 'xz':
      // Each thread takes 140 MB; where that is too much xz uses fewer, with the same blocks.
      return [
        'xz',
        '-6',
        '--stdout',
        '--check=crc32',
        '--memlimit-compress=50%',
        '--block-size=24MiB',
        `--threads=${Math.max(2, threads)}`,
      ];
    case 'zstd':
      return ['zstd', '-3', '--quiet', '--stdout', '--check', '-B8388608', `-T${threads}`];
  }
}

/** argv of the program that gives back what xz or zstd wrote, from standard input to standard output; it checks the sums. */
export function decompressArgv(compressor: 'xz' | 'zstd'): string[] {
  switch (compressor) {
    case 'xz':
      return ['xz', '--decompress', '--stdout', '--threads=0'];
    case 'zstd':
      return ['zstd', '--decompress', '--quiet', '--stdout'];
  }
}

const endings: Readonly<Record<StreamCompressor, string>> = { gzip: 'gz', pigz: 'gz', xz: 'xz', zstd: 'zst' };

/** The name of the published file, after the contract: `rootimg.cpio.gz`, `rootimg.sfs`. */
export function imageName(method: PackMethod, compressor: PackCompressor): string {
  if (method === 'squashfs') return 'rootimg.sfs';
  if (method === 'erofs') return 'rootimg.erofs';
  return archiveName(method, asStreamCompressor(compressor));
}

function archiveName(method: ArchiveMethod, compressor: StreamCompressor): string {
  return `rootimg.${method}.${endings[compressor]}`;
}

/** The compressor of a plan for an archive; that it is one has been checked when the plan was made. */
export function asStreamCompressor(compressor: PackCompressor): StreamCompressor {
  if (isStreamCompressor(compressor)) return compressor;
  throw new RangeError(`${compressor} compresses no archive`);
}

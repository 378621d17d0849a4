import type { PackCompressor } from '../plan/pack-plan.ts';

/**
 * argv of the program that compresses standard input to standard output. Always in its multi-threaded way with blocks of a fixed size, so
 * that the bytes do not depend on how many CPUs there are; without names and times. Levels are the tools' own middle.
 */
export function compressArgv(compressor: PackCompressor, threads: number): string[] {
  switch (compressor) {
    case 'gzip':
      return ['gzip', '-6', '--no-name', '--stdout'];
    case 'pigz':
      // With one thread pigz has no blocks and writes other bytes.
      return [
        'pigz',
        '-6',
        '--no-name',
        '--no-time',
        '--stdout',
        '--blocksize',
        '128',
        '--processes',
        `${Math.max(2, threads)}`,
      ];
    case 'xz':
      return [
        'xz',
        '-6',
        '--stdout',
        '--check=crc32',
        '--block-size=24MiB',
        `--threads=${Math.max(2, threads)}`,
      ];
    case 'zstd':
      return ['zstd', '-3', '--quiet', '--stdout', '--check', '-B8388608', `-T${threads}`];
  }
}

/** argv of the program that gives back what the compressor wrote, from standard input to standard output; it checks the sums. */
export function decompressArgv(compressor: PackCompressor): string[] {
  switch (compressor) {
    case 'gzip':
      return ['gzip', '--decompress', '--stdout'];
    case 'pigz':
      return ['pigz', '--decompress', '--stdout'];
    case 'xz':
      return ['xz', '--decompress', '--stdout', '--threads=0'];
    case 'zstd':
      return ['zstd', '--decompress', '--quiet', '--stdout'];
  }
}

const endings: Readonly<Record<PackCompressor, string>> = { gzip: 'gz', pigz: 'gz', xz: 'xz', zstd: 'zst' };

/** The name of the published file, after the contract: `rootimg.cpio.gz`, `rootimg.sfs`. */
export function imageName(method: 'cpio' | 'tar' | 'squashfs', compressor: PackCompressor): string {
  return method === 'squashfs' ? 'rootimg.sfs' : `rootimg.${method}.${endings[compressor]}`;
}

import { readTreeFile, treeHas } from '../../system/tree-file.ts';

/** How the initrd is compressed: programs of the image. */
export interface InitrdCompressor {
  readonly name: 'zstd' | 'pigz' | 'gzip';
  /** argv that compresses standard input. */
  readonly compress: readonly string[];
  /** argv that decompresses standard input. */
  readonly decompress: readonly string[];
}

const zstd: InitrdCompressor = {
  name: 'zstd',
  // Level 1 of the stronger ones costs the boot a percent or two of bytes; dracut's own default level costs
  // the build half a minute.
  compress: ['zstd', '-1', '-T0', '-q', '-c'],
  decompress: ['zstd', '-dcq'],
};
const pigz: InitrdCompressor = {
  name: 'pigz',
  compress: ['pigz', '-6', '-n', '-c'],
  decompress: ['pigz', '-dc'],
};
const gzip: InitrdCompressor = {
  name: 'gzip',
  compress: ['gzip', '-6', '-n', '-c'],
  decompress: ['gzip', '-dc'],
};

/**
 * zstd where the image's kernel unpacks it (CONFIG_RD_ZSTD) and the image has the program, else gzip, on all
 * processors where it can.
 */
export async function chooseCompressor(root: string, kernelVersion: string): Promise<InitrdCompressor> {
  const config =
    (await readTreeFile(root, `boot/config-${kernelVersion}`)) ??
    (await readTreeFile(root, `lib/modules/${kernelVersion}/config`)) ??
    '';
  if (/^CONFIG_RD_ZSTD=y$/m.test(config) && (await treeHas(root, 'usr/bin/zstd'))) return zstd;
  return (await treeHas(root, 'usr/bin/pigz')) ? pigz : gzip;
}

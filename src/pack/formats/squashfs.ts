import { availableParallelism } from 'node:os';
import { toBinary } from '../../base/bytes.ts';
import { both } from '../../base/both.ts';
import { isFolder } from '../../base/exists.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import type { Format, LayerJob, WriteJob } from './format.ts';
import { hasOption, kernelConfigs } from './kernel-config.ts';
import { layerBlockSize } from './squashfs/block-size.ts';
import { checkSquashfsCompressor, knowsCompressor } from './squashfs/known-compressors.ts';
import { listSquashfs, unsquashfsArgv } from './squashfs/list-squashfs.ts';
import {
  mksquashfsArgv,
  squashfsCompressors,
  toolName,
  writeSquashfs,
  writeSquashfsLayer,
} from './squashfs/write-squashfs.ts';
import { unsigned32 } from './times.ts';
import { outputName } from './view/run-view.ts';
import { viewProgram, viewTools } from './view/view-tools.ts';

/** What a kernel must have for the compressor. */
const options: ReadonlyMap<string, string> = new Map([
  ['gzip', 'CONFIG_SQUASHFS_ZLIB'],
  ['xz', 'CONFIG_SQUASHFS_XZ'],
  ['zstd', 'CONFIG_SQUASHFS_ZSTD'],
  ['lz4', 'CONFIG_SQUASHFS_LZ4'],
]);

/** Asks the kernel configurations that the image carries; all of them must have it, as any may boot. */
function kernelsReadZstd(rootDir: string): boolean {
  const configs = withTree(toBinary(rootDir), (tree) => kernelConfigs(tree));
  return configs.length > 0 && configs.every((config) => hasOption(config, 'CONFIG_SQUASHFS_ZSTD'));
}

function argvFor({ compressor }: Pick<WriteJob, 'compressor'>): string[] {
  return mksquashfsArgv('image', outputName, compressor, availableParallelism());
}

function layerArgvFor(job: LayerJob): string[] {
  return [...argvFor(job), '-b', `${layerBlockSize(job.layer.contentBytes, job.arch)}`];
}

export const squashfs: Format = {
  name: 'squashfs',
  onNode: 'mounted',
  compressors: squashfsCompressors,
  defaultCompressor: async ({ rootDir }) => {
    if (!(await isFolder(rootDir)) || !kernelsReadZstd(rootDir)) return { word: 'gzip' };
    if (await knowsCompressor('zstd')) return { word: 'zstd' };
    return { word: 'gzip', notice: 'mksquashfs of this host knows no zstd: the image is packed with gzip.' };
  },
  checkTools: async (compressor) => {
    await both(checkSquashfsCompressor(compressor), viewProgram('mksquashfs'));
  },
  kernelOption: (compressor) => options.get(toolName(compressor)),
  fileName: () => 'rootimg.sfs',
  tools: () => [
    { command: 'mksquashfs', from: 'squashfs-tools', why: 'makes the image' },
    { command: 'unsquashfs', from: 'squashfs-tools', why: 'reads the image back' },
    ...viewTools,
  ],
  // mksquashfs wraps other times without a word.
  limits: { largestFile: Infinity, times: unsigned32, holes: 64 * 1024 ** 3 },
  keepsHoles: () => true,
  write: async (job) => ({ warnings: await writeSquashfs(job, unsigned32, argvFor(job)) }),
  writeLayer: async (job) => ({ warnings: await writeSquashfsLayer(job, unsigned32, layerArgvFor(job)) }),
  reader: { kind: 'image', list: listSquashfs, unpackArgv: unsquashfsArgv },
};

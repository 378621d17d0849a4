import { outputName } from './view/view.ts';
import { availableParallelism } from 'node:os';
import type { Format } from './format.ts';
import { kernelReadsZstd } from './squashfs/kernel-config.ts';
import { listSquashfs, unsquashfsArgv } from './squashfs/list-squashfs.ts';
import { mksquashfsArgv, squashfsCompressors, writeSquashfs } from './squashfs/write-squashfs.ts';
import { unsigned32 } from './times.ts';
import { viewTools } from './view/view-tools.ts';

export const squashfs: Format = {
  name: 'squashfs',
  onNode: 'mounted',
  compressors: squashfsCompressors,
  defaultCompressor: async ({ rootDir }) => ((await kernelReadsZstd(rootDir)) ? 'zstd' : 'gzip'),
  fileName: () => 'rootimg.sfs',
  tools: () => [
    { command: 'mksquashfs', from: 'squashfs-tools', why: 'makes the image' },
    { command: 'unsquashfs', from: 'squashfs-tools', why: 'reads the image back' },
    ...viewTools,
  ],
  // mksquashfs wraps other times without a word.
  limits: { largestFile: Infinity, times: unsigned32, holes: 64 * 1024 ** 3 },
  keepsHoles: () => true,
  write: (job) => {
    const argv = mksquashfsArgv('image', outputName, job.compressor, availableParallelism());
    return writeSquashfs(job, unsigned32, argv);
  },
  reader: { kind: 'image', list: listSquashfs, unpackArgv: unsquashfsArgv },
};

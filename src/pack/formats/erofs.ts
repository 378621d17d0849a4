import { listErofs } from './erofs/list-erofs.ts';
import {
  checkErofsCompressor,
  erofsCompressors,
  erofsKernelOption,
  mkfsErofsArgv,
} from './erofs/mkfs-erofs.ts';
import type { Format, WriteJob, Written } from './format.ts';
import { anyTime } from './times.ts';
import { makeThroughView, outputName } from './view/view.ts';
import { viewTools } from './view/view-tools.ts';

export const erofs: Format = {
  name: 'erofs',
  onNode: 'mounted',
  compressors: erofsCompressors,
  // Every kernel that has erofs reads it, and it is quick.
  defaultCompressor: () => Promise.resolve({ word: 'lz4' }),
  fileName: () => 'rootimg.erofs',
  tools: () => [{ command: 'mkfs.erofs', from: 'erofs-utils', why: 'makes the image' }, ...viewTools],
  checkTools: checkErofsCompressor,
  kernelOption: erofsKernelOption,
  limits: { largestFile: Infinity, times: anyTime, holes: 4 * 1024 ** 3 },
  keepsHoles: () => true,
  write,
  reader: {
    kind: 'image',
    list: listErofs,
    unpackArgv: (file, folder) => ['fsck.erofs', `--extract=${folder}`, file],
  },
};

/** Without copying the tree. With SOURCE_DATE_EPOCH mkfs.erofs clamps the times. */
async function write(job: WriteJob): Promise<Written> {
  await makeThroughView(job, anyTime, mkfsErofsArgv('image', outputName, job.compressor, job.uuid));
  return { warnings: [] };
}

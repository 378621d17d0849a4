import { both } from '../../base/both.ts';
import { listErofs } from './erofs/list-erofs.ts';
import {
  checkErofsCompressor,
  erofsCompressors,
  erofsKernelOption,
  mkfsErofsArgv,
} from './erofs/mkfs-erofs.ts';
import type { Format, WriteJob, Written } from './format.ts';
import { anyTime } from './times.ts';
import { makeOfMembers } from './view/of-members.ts';
import { outputName } from './view/run-view.ts';
import { makeThroughView } from './view/view.ts';
import { viewProgram, viewTools } from './view/view-tools.ts';

export const erofs: Format = {
  name: 'erofs',
  onNode: 'mounted',
  compressors: erofsCompressors,
  // Every kernel that has erofs reads it, and it is quick.
  defaultCompressor: () => Promise.resolve({ word: 'lz4' }),
  fileName: () => 'rootimg.erofs',
  tools: () => [{ command: 'mkfs.erofs', from: 'erofs-utils', why: 'makes the image' }, ...viewTools],
  checkTools: async (compressor) => {
    await both(checkErofsCompressor(compressor), viewProgram('mkfs.erofs'));
  },
  kernelOption: erofsKernelOption,
  limits: { largestFile: Infinity, times: anyTime, holes: 4 * 1024 ** 3 },
  keepsHoles: () => true,
  write: (job) => made(makeThroughView(job, anyTime, argvFor(job))),
  writeLayer: (job) => made(makeOfMembers(job, anyTime, argvFor(job))),
  reader: {
    kind: 'image',
    list: listErofs,
    unpackArgv: (file, folder) => ['fsck.erofs', `--extract=${folder}`, file],
  },
};

/** With SOURCE_DATE_EPOCH mkfs.erofs clamps the times. */
function argvFor({ compressor, uuid }: Pick<WriteJob, 'compressor' | 'uuid'>): string[] {
  return mkfsErofsArgv('image', outputName, compressor, uuid);
}

async function made(said: Promise<string>): Promise<Written> {
  await said;
  return { warnings: [] };
}

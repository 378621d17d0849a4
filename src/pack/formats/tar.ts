import { readXattrsAhead } from '../members/xattrs.ts';
import { compressorTools, fileEnding, streamCompressors, usualCompressor } from './archive/compressors.ts';
import { checkWhole } from './archive/whole.ts';
import { writeCompressed } from './archive/write-compressed.ts';
import type { Format, WriteJob, Written } from './format.ts';
import { readTar } from './tar/read-tar.ts';
import { writeTar } from './tar/write-tar.ts';
import { anyTime, timesUpTo } from './times.ts';

/** pax, with what GNU tar and bsdtar add for attributes, ACLs and holes. */
export const tar: Format = {
  name: 'tar',
  onNode: 'unpacked',
  compressors: streamCompressors,
  defaultCompressor: usualCompressor,
  fileName: (compressor) => `rootimg.tar.${fileEnding(compressor)}`,
  tools: compressorTools,
  limits: { largestFile: Infinity, times: anyTime, holes: Infinity },
  keepsHoles: () => true,
  write,
  reader: { kind: 'archive', carrier: 'first', read: readTar, checkWhole },
};

async function write(job: WriteJob): Promise<Written> {
  const { root, selection, holes, looked } = job;
  const { members } = selection;
  const xattrs = readXattrsAhead(root, members, looked);
  const times = timesUpTo(anyTime, job.sourceDateEpoch);
  const output = await writeCompressed(job, (out, { onMember }) =>
    writeTar(out, root, members, xattrs, holes, times, onMember),
  );
  return { warnings: [], output };
}

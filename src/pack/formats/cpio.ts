import { readXattrs } from '../members/xattrs.ts';
import { compressorTools, fileEnding, streamCompressors, usualCompressor } from './archive/compressors.ts';
import { checkWhole } from './archive/whole.ts';
import { writeCompressed } from './archive/write-compressed.ts';
import { readCpio } from './cpio/read-cpio.ts';
import { writeCpio } from './cpio/write-cpio.ts';
import { lostOnNode, xattrList, xattrListMember, xattrListName } from './cpio/xattr-list.ts';
import type { Format, WriteJob, Written } from './format.ts';
import { filledOnNode, makesHoles } from './node-facts.ts';
import { timesUpTo, unsigned32 } from './times.ts';

const limits = {
  // newc has 8 hex digits for a size.
  largestFile: 0xffff_ffff,
  times: unsigned32,
  holes: Infinity,
};

/** newc, as the kernel and GNU cpio read it. */
export const cpio: Format = {
  name: 'cpio',
  onNode: 'unpacked',
  compressors: streamCompressors,
  defaultCompressor: usualCompressor,
  fileName: (compressor) => `rootimg.cpio.${fileEnding(compressor)}`,
  tools: compressorTools,
  limits,
  keepsHoles: makesHoles,
  write,
  reader: { kind: 'archive', carrier: 'last', read: readCpio, checkWhole },
};

async function write(job: WriteJob): Promise<Written> {
  const { root, selection, holes, looked, nodeFacts, sourceDateEpoch: epoch } = job;
  const { members } = selection;
  const xattrs = readXattrs(root, members, looked);
  xattrs.catch(() => {});
  const addList = async (judged: Promise<void>) => {
    await judged;
    const list = xattrList(members, await xattrs);
    const latest = epoch ?? Math.floor(Date.now() / 1000);
    if (list.length > 0) members.add('.', xattrListName, xattrListMember(list, latest));
  };
  const times = timesUpTo(limits.times, epoch);
  const output = await writeCompressed(job, (out, { onMember, ended }) =>
    writeCpio(out, root, members, times, onMember, () => addList(ended)),
  );
  const facts = await nodeFacts;
  const lost = lostOnNode(members, await xattrs, facts);
  return { warnings: [...lost, ...filledOnNode(members, holes, facts)], output };
}

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { formatOf } from '../../../../src/pack/formats/formats.ts';
import type { OpenedImage } from '../../../../src/pack/steps/open.ts';
import type { SelectedFiles } from '../../../../src/pack/steps/select-files.ts';
import { verifyFile } from '../../../../src/pack/steps/verify-file.ts';
import type { WrittenFile } from '../../../../src/pack/steps/write-file.ts';
import { imageNeed } from '../../../../src/plan/image-words.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const mebibyte = 1024 ** 2;
const sha256 = createHash('sha256')
  .update(Buffer.alloc(10 * mebibyte))
  .digest('hex');

/** The record of a pack of 100 MiB in 1000 members with 40 MiB of holes, written to a file of 10 MiB. */
async function recordOf(method: string, changes: { epoch?: number; members?: Promise<never> } = {}) {
  const path = await folder.file('packed', Buffer.alloc(10 * mebibyte));
  const opened = {
    plan: {
      ...{ image: { rootimgdir: folder.path }, method, compressor: 'zstd', verify: 'list' },
      ...(changes.epoch === undefined ? {} : { sourceDateEpoch: changes.epoch }),
    },
    ...{ format: formatOf(method), reporter: silentReporter(), time: changes.epoch ?? 0 },
  } as unknown as OpenedImage;
  const selected = {
    selection: { members: { length: 1000 }, leftOut: 7, contentBytes: 100 * mebibyte },
    ...{ holes: { bytes: 40 * mebibyte }, uuid: 'u' },
  } as unknown as SelectedFiles;
  const written = {
    ...{ name: 'rootimg.x', packed: { path, format: formatOf(method), compressor: 'zstd' } },
    packages: Promise.resolve({ largestPackages: [] }),
    image: {
      following: { members: changes.members, onDisk: Promise.resolve({ sha256, size: 10 * mebibyte }) },
    },
    ...{ warnings: ['of the tree', 'of the writer'], nodeFacts: {} },
  } as unknown as WrittenFile;
  return (await verifyFile(opened, selected, written)).record;
}

test('the manifest has what was selected, what was written, and all warnings', async () => {
  expect(await recordOf('squashfs')).toMatchObject({
    ...{ file: 'rootimg.x', method: 'squashfs', compressor: 'zstd', uuid: 'u', members: 1000, leftOut: 7 },
    ...{ size: 10 * mebibyte, sha256, warnings: ['of the tree', 'of the writer'], largestPackages: [] },
  });
});

test('what a node mounts takes no memory unpacked; what it unpacks takes its content, but for holes that stay', async () => {
  for (const method of ['squashfs', 'erofs'])
    expect(await recordOf(method)).toMatchObject({ unpackedBytes: 0, memoryBytes: 10 * mebibyte });
  const tar = await recordOf('tar');
  expect(tar.contentBytes).toBe(60 * mebibyte);
  expect(tar.unpackedBytes).toBeGreaterThan(60 * mebibyte);
  const { packed, unpacked } = imageNeed(tar);
  expect(tar.memoryBytes).toBe((packed + unpacked) * mebibyte);
});

test('the time is that of SOURCE_DATE_EPOCH, else now', async () => {
  expect((await recordOf('tar', { epoch: 1_600_000_000 })).finished).toBe('2020-09-13T12:26:40.000Z');
  const before = Date.now();
  const { finished } = await recordOf('tar');
  expect(Date.parse(finished)).toBeGreaterThanOrEqual(before);
});

test('a file that is not what was selected is not recorded', async () => {
  const members = Promise.reject(new RangeError('a member too many'));
  members.catch(() => {});
  await expect(recordOf('tar', { members })).rejects.toThrow('a member too many');
});

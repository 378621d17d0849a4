import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { trailerBytes } from '../../../../src/genimage/initrd/cpio-parts.ts';
import { writeInitrd } from '../../../../src/genimage/initrd/initrd-write.ts';
import { makeTinyRoot } from '../tiny-root.ts';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await makeTinyRoot(['/bin/cat', '/bin/false', '/bin/head']);
  folder = mkdtempSync(join(tmpdir(), 'rootimg-write-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await rm(dirname(root), { recursive: true, force: true });
});

const packs = ['cat'];
async function* archive() {
  yield trailerBytes(0);
}
async function* large() {
  for (let piece = 0; piece < 100; piece += 1) yield Buffer.alloc(1024 * 1024);
  yield trailerBytes(0);
}
const write = (
  compress: string[],
  decompress: string[],
  bytes: AsyncIterable<Buffer>,
  file = join(folder, 'initrd'),
) => writeInitrd({ root } as Build, { name: 'gzip', compress, decompress }, bytes, file);

test('what is written is what was given, and is read back', async () => {
  expect(await write(packs, packs, archive())).toEqual([]);
  expect(readFileSync(join(folder, 'initrd'))).toEqual(trailerBytes(0));
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'a full disk',
    () => write(packs, packs, large(), '/dev/full'),
    /cannot be written: its file system is full/,
  ],
  [
    'a folder that is not there',
    () => write(packs, packs, archive(), join(folder, 'none/initrd')),
    /cannot be written/,
  ],
  ['a compressor that fails', () => write(['false'], packs, large()), /cannot be compressed/],
  ['a compressor that is not there', () => write(['none'], packs, large()), /cannot be compressed/],
  ['a compressor that ends early', () => write(['head', '-c', '10'], packs, large()), /cannot be compressed/],
  ['a decompressor that fails', () => write(packs, ['false'], large()), /cannot be read back/],
  ['a decompressor that ends early', () => write(packs, ['head', '-c', '10'], large()), /cannot be/],
])('%s is told, and nothing hangs', async (_, work, message) => {
  await expect(work()).rejects.toThrow(message);
});

test('what the archive throws is thrown', async () => {
  const fails = async function* () {
    yield Buffer.alloc(512);
    throw new Error('dracut said no');
  };
  await expect(write(packs, packs, fails())).rejects.toThrow('dracut said no');
});

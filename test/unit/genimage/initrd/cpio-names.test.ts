import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { listCpio, uncompressedLength } from '../../../../src/genimage/initrd/cpio-names.ts';

/** One newc member as the kernel's document describes it. */
function member(name: string, content = ''): Buffer {
  const hex = (n: number) => n.toString(16).padStart(8, '0');
  const bytes = Buffer.from(content);
  const fields = [1, 0o100644, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length + 1, 0];
  const head = Buffer.from(`070701${fields.map(hex).join('')}${name}\0`);
  const pad = (b: Buffer) => Buffer.concat([b, Buffer.alloc((4 - (b.length % 4)) % 4)]);
  return Buffer.concat([pad(head), pad(bytes)]);
}

const archive = (...members: Buffer[]) => Buffer.concat([...members, member('TRAILER!!!')]);
/** In pieces of `size` bytes, so that every header is cut somewhere. */
const pieces = (bytes: Buffer, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    ),
  );
const none = () => false;

const early = Buffer.concat([archive(member('early_cpio', '1\n')), Buffer.alloc(512)]);
const main = Buffer.concat([
  archive(member('./init', 'x'.repeat(1000)), member('usr/lib/dracut/modules.txt', 'base\nrootimg\n')),
  Buffer.alloc(260),
]);

test.each([1, 3, 7, 110, 512, 100_000])('members are listed from pieces of %i bytes', async (size) => {
  const wanted = (name: string) => name.endsWith('modules.txt');
  const members = await listCpio(pieces(Buffer.concat([early, main]), size), wanted);
  expect(members.map(({ name }) => name)).toEqual(['early_cpio', 'init', 'usr/lib/dracut/modules.txt']);
  expect(members[2]?.content?.toString()).toBe('base\nrootimg\n');
  expect(members[1]?.content).toBeUndefined();
});

test.each([main.length - 400, 120, 0])('an archive cut at byte %i is refused', async (length) => {
  await expect(listCpio(pieces(main.subarray(0, length), 64), none)).rejects.toThrow();
});

test('a name that is filled up with zeros, as dracut-cpio does, is read without them', async () => {
  const filled = archive(member('usr/bin/sh\0\0\0\0', 'sh'));
  expect((await listCpio(pieces(filled, 512), none)).map(({ name }) => name)).toEqual(['usr/bin/sh']);
});

test('other bytes are refused', async () => {
  await expect(listCpio(pieces(Buffer.alloc(500, 'A'), 64), none)).rejects.toThrow('no cpio newc header');
});

test('the uncompressed part at the start is measured', async () => {
  const reader = (bytes: Buffer) => async (position: number, length: number) =>
    bytes.subarray(position, position + length);
  const packed = Buffer.from('28b52ffd00112233', 'hex');
  expect(await uncompressedLength(reader(Buffer.concat([early, packed])))).toBe(early.length);
  expect(await uncompressedLength(reader(packed))).toBe(0);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ndbBlobs } from '../../../../../src/packages/rpm/stored/ndb-file.ts';

interface Slot {
  readonly index: number;
  readonly blob: Buffer;
}

const pageLength = 4096;

/** A database of one page of slots; blobs follow in units of 16 bytes. */
function write(slots: readonly (Slot | undefined)[]): Buffer {
  const page = Buffer.alloc(pageLength);
  page.write('RpmP', 0, 'latin1');
  page.writeUInt32LE(1, 12);
  const parts = [page];
  let end = pageLength;
  for (let place = 0, at = 32; at < pageLength; place++, at += 16) {
    page.write('Slot', at, 'latin1');
    const one = slots[place];
    if (one === undefined) continue;
    page.writeUInt32LE(one.index, at + 4);
    page.writeUInt32LE(end / 16, at + 8);
    const stored = Buffer.alloc(16 * Math.ceil((16 + one.blob.length) / 16));
    stored.write('BlbS', 0, 'latin1');
    stored.writeUInt32LE(one.index, 4);
    stored.writeUInt32LE(one.blob.length, 12);
    one.blob.copy(stored, 16);
    parts.push(stored);
    end += stored.length;
  }
  return Buffer.concat(parts);
}

test('gives the blobs of all slots that are taken, in their order', () => {
  const blobs = fc.array(fc.option(fc.uint8Array({ maxLength: 50 }), { nil: undefined }), { maxLength: 20 });
  fc.assert(
    fc.property(blobs, (list) => {
      const slots = list.map((bytes, place) =>
        bytes === undefined ? undefined : { index: place + 1, blob: Buffer.from(bytes) },
      );
      const expected = slots.flatMap((slot) => (slot === undefined ? [] : [slot.blob]));
      expect(ndbBlobs(write(slots))).toEqual(expected);
    }),
  );
});

const good = () => write([{ index: 7, blob: Buffer.from('package') }]);

test.each<[string, (file: Buffer) => Buffer]>([
  ['a slot without its magic', (file) => (file.write('Slut', 48, 'latin1'), file)],
  ['a blob without its magic', (file) => (file.write('Blob', pageLength, 'latin1'), file)],
  ['the blob of another package', (file) => (file.writeUInt32LE(8, pageLength + 4), file)],
  ['a blob longer than the file', (file) => (file.writeUInt32LE(17, pageLength + 12), file)],
  ['a blob behind the end', (file) => (file.writeUInt32LE(0xffff, 40), file)],
  ['a file without slots', (file) => file.subarray(0, 100)],
  ['nothing but its first word', (file) => file.subarray(0, 4)],
])('refuses %s', (_, change) => {
  expect(() => ndbBlobs(change(good()))).toThrow(RangeError);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packets, subpackets, withoutArmour } from '../../../src/base/openpgp-packets.ts';
import { amount } from '../../lib/amount.ts';

/** A packet in the new form, its length in as many octets as the size wants, or in five. */
function newPacket(tag: number, body: Buffer, isLong = false): Buffer {
  return Buffer.concat([Buffer.from([0xc0 | tag]), lengthOf(body.length, isLong), body]);
}

function lengthOf(size: number, isLong: boolean): Buffer {
  if (!isLong && size < 192) return Buffer.from([size]);
  if (!isLong && size < 8384) return Buffer.from([((size - 192) >> 8) + 192, (size - 192) & 0xff]);
  const long = Buffer.alloc(5, 0xff);
  long.writeUInt32BE(size, 1);
  return long;
}

const body = fc
  .oneof(fc.nat({ max: 400 }), fc.constantFrom(191, 192, 8383, 8384))
  .map((size) => Buffer.alloc(size, 7));
const one = fc.record({ tag: fc.integer({ min: 1, max: 63 }), body, isLong: fc.boolean() });

it('packets come back as they were written, and cutting off loses the last one only', () => {
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), fc.nat(), (all, cut) => {
      const bytes = Buffer.concat(all.map((packet) => newPacket(packet.tag, packet.body, packet.isLong)));
      expect(packets(bytes)).toEqual(all.map(({ tag, body: content }) => ({ tag, body: content })));
      const last = all.at(-1);
      const lost = 1 + (cut % (last?.body.length ?? 1) || 0);
      expect(packets(bytes.subarray(0, bytes.length - lost)).length).toBe(all.length - 1);
    }),
    { numRuns: amount(20, 60) },
  );
});

it.each([
  [[0x98, 2, 1, 2], 6, [1, 2]],
  [[0x99, 0, 2, 1, 2], 6, [1, 2]],
  [[0x9a, 0, 0, 0, 2, 1, 2], 6, [1, 2]],
  [[0x9b, 1, 2, 3], 6, [1, 2, 3]],
])('reads the old form %j', (bytes, tag, content) => {
  expect(packets(Buffer.from(bytes))).toEqual([{ tag, body: Buffer.from(content) }]);
});

it('any bytes are read to an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      packets(Buffer.from(bytes));
      subpackets(Buffer.from(bytes));
      withoutArmour(Buffer.from(bytes));
    }),
  );
});

it('the bit that says which subpackets must be understood is no part of their kind', () => {
  expect(subpackets(Buffer.from([2, 0x89, 5, 0, 2, 9, 6]))).toEqual([{ tag: 9, body: Buffer.from([5]) }]);
});

it('takes the bytes out of every armoured block, headers and checksums apart', () => {
  const block = (content: string, header: string) =>
    `-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n${header}\r\n${content}\r\n=abcd\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n`;
  const text = `words before\n${block('AQID\r\nBAU=', 'Comment: x\r\n')}${block('Bgc=', '')}`;
  expect(withoutArmour(Buffer.from(text))).toEqual([Buffer.from([1, 2, 3, 4, 5]), Buffer.from([6, 7])]);
  const binary = Buffer.from([0x98, 1, 1]);
  expect(withoutArmour(binary)).toEqual([binary]);
});

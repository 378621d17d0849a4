import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elfKind, half, long, word } from '../../../src/base/elf-bytes.ts';

/** The head of an ELF file: class 1 or 2 (32 or 64 bits), data 1 or 2 (little or big). */
function head(magic: string, ...classAndData: number[]): Buffer {
  return Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.from(classAndData), Buffer.alloc(48)], 52);
}

test.each([
  ['32 bits, little', head('\x7fELF', 1, 1), { isWide: false, isBig: false }],
  ['64 bits, little', head('\x7fELF', 2, 1), { isWide: true, isBig: false }],
  ['64 bits, big', head('\x7fELF', 2, 2), { isWide: true, isBig: true }],
  ['another magic', head('\x7fELG', 2, 1), undefined],
  ['cut off', head('\x7fELF', 2, 1).subarray(0, 51), undefined],
  ['nothing', Buffer.alloc(0), undefined],
])('elfKind: %s', (_, bytes, kind) => {
  expect(elfKind(bytes)).toEqual(kind);
});

test('numbers come out as they were written, in either order', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.nat(0xffff),
      fc.nat(2 ** 31 - 1),
      fc.maxSafeNat(),
      (isBig, two, four, eight) => {
        const bytes = Buffer.alloc(14);
        if (isBig) bytes.writeUInt16BE(two, 0);
        else bytes.writeUInt16LE(two, 0);
        if (isBig) bytes.writeUInt32BE(four, 2);
        else bytes.writeUInt32LE(four, 2);
        if (isBig) bytes.writeBigUInt64BE(BigInt(eight), 6);
        else bytes.writeBigUInt64LE(BigInt(eight), 6);
        expect([half(bytes, 0, isBig), word(bytes, 2, isBig), long(bytes, 6, isBig)]).toEqual([
          two,
          four,
          eight,
        ]);
      },
    ),
  );
});

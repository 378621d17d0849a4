import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readElf } from '../../../src/base/elf.ts';
import { makeElf, type MadeElf } from '../pack/select/boot/make-elf.ts';

const kinds: MadeElf[] = (['little', 'big'] as const).flatMap((order) =>
  ([32, 64] as const).map((bits) => ({ bits, order, machine: bits + (order === 'big' ? 1 : 0) })),
);

test('no bytes make the reader of ELF files throw or read much', () => {
  const good = kinds.map((kind) =>
    makeElf({ ...kind, interpreter: '/lib/ld.so', needed: ['a', 'b'], runPath: 'c' }),
  );
  const change = fc.record({ at: fc.nat(4095), value: fc.integer({ min: 0, max: 255 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(...good),
      fc.array(change, { maxLength: 30 }),
      fc.nat(4096),
      (file, changes, length) => {
        const bytes = Buffer.from(file);
        for (const { at, value } of changes) bytes[at % (at < 2000 ? 300 : 4096)] = value;
        let asked = 0;
        readElf((offset, wanted) => {
          asked += wanted;
          return bytes.subarray(0, length).subarray(offset, offset + wanted);
        });
        expect(asked).toBeLessThan(64 * 1024 * 1024);
      },
    ),
    { numRuns: 3000 },
  );
});

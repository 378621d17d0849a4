import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteReader } from '../../../../src/pack/streams/byte-reader.ts';

async function* inPieces(bytes: Buffer, sizes: readonly number[]) {
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    yield bytes.subarray(at, at + size);
    at = Math.min(at + size, bytes.length);
  }
}

const sizes = fc.array(fc.nat({ max: 9 }), { maxLength: 12 });

it('gives the bytes of the stream in the pieces that are asked for, however it comes', async () => {
  const step = fc.record({ count: fc.nat({ max: 12 }), skips: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 60 }),
      sizes,
      fc.array(step, { maxLength: 8 }),
      async (all, cuts, steps) => {
        const bytes = Buffer.from(all);
        const reader = byteReader(inPieces(bytes, cuts));
        let at = 0;
        for (const { count, skips } of steps) {
          if (at + count > bytes.length) {
            await expect(skips ? reader.skip(count) : reader.read(count)).rejects.toThrow('ends too early');
            return;
          }
          if (skips) await reader.skip(count);
          else expect(Buffer.from(await reader.read(count))).toEqual(bytes.subarray(at, at + count));
          at += count;
          expect(reader.position).toBe(at);
        }
        expect(await reader.drain()).toBe(bytes.length - at);
        expect(reader.position).toBe(bytes.length);
      },
    ),
  );
});

it('close lets the stream give back what it holds', async () => {
  let isClosed = false;
  async function* stream() {
    try {
      yield Buffer.from('ab');
      yield Buffer.from('cd');
    } finally {
      isClosed = true;
    }
  }
  const reader = byteReader(stream());
  await reader.read(1);
  await reader.close();
  expect(isClosed).toBe(true);
});

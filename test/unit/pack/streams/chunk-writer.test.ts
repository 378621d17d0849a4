import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { addAll, chunkSize, chunkWriter, padTo } from '../../../../src/pack/streams/chunk-writer.ts';

/** A sink that takes its time, and keeps a copy of what it got. */
function slowSink() {
  const taken: Buffer[] = [];
  return {
    taken,
    sink: async (chunk: Buffer) => {
      await setImmediate();
      taken.push(Buffer.from(chunk));
    },
  };
}

it('hands everything on in order, although chunks are used again', async () => {
  const { taken, sink } = slowSink();
  const out = chunkWriter(sink);
  const bytes = Buffer.alloc(7 * chunkSize + 5);
  for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt8((at / 4096) % 251, at);
  await addAll(out, bytes);
  await padTo(out, 512);
  out.addText('end\xff');
  expect(out.written).toBe(bytes.length + 507 + 4);
  await out.end();
  const all = Buffer.concat(taken);
  expect(all.subarray(0, bytes.length).equals(bytes)).toBe(true);
  expect(all.subarray(bytes.length).toString('latin1')).toBe(`${'\0'.repeat(507)}end\xff`);
});

it('takes no more than there is room for', () => {
  const out = chunkWriter(() => Promise.resolve());
  out.addZeros(chunkSize - 1);
  expect(out.room).toBe(1);
  expect(() => out.addText('ab')).toThrow(RangeError);
  expect(() => out.add(Buffer.alloc(2))).toThrow(RangeError);
  expect(() => out.addZeros(2)).toThrow(RangeError);
  expect(out.space(9)).toHaveLength(1);
});

it('a sink that fails is heard of when its chunk is waited for', async () => {
  const out = chunkWriter(() => Promise.reject(new Error('full')));
  await expect(addAll(out, Buffer.alloc(9 * chunkSize))).rejects.toThrow('full');
  const small = chunkWriter(() => Promise.reject(new Error('full')));
  small.addText('x');
  await expect(small.end()).rejects.toThrow('full');
});

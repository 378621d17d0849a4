import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DamagedStream, decompress } from '../../../../../src/pack/formats/archive/decompress.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function all(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of source) found.push(piece);
  return Buffer.concat(found);
}

const content = Buffer.concat([randomBytes(300_000), Buffer.alloc(300_000, 'x')]);
const gzip = gzipSync(content);
const xz = execFileSync('xz', ['-c'], { input: content });

describe.each([
  ['gzip', gzip],
  ['xz', xz],
])('decompress %s', (compressor, packed) => {
  it('gives the bytes back, however they come in', async () => {
    expect((await all(decompress(pieces(packed, 10_007), compressor))).equals(content)).toBe(true);
  });

  it.each([
    ['cut off', () => packed.subarray(0, packed.length - 9)],
    ['changed', () => Buffer.from(packed).fill(0xff, 100_000, 100_004)],
    ['of another kind', () => Buffer.from('this was never compressed, whatever its name says')],
  ])('says that a stream is damaged that is %s', async (_, damage) => {
    await expect(all(decompress(pieces(damage(), 4096), compressor))).rejects.toThrow(DamagedStream);
  });

  it('hands on what the source throws', async () => {
    async function* failing() {
      yield await Promise.resolve(packed.subarray(0, 1000));
      throw new Error('the disk is gone');
    }
    await expect(all(decompress(failing(), compressor))).rejects.toThrow('the disk is gone');
  });

  it('ends when the reader has had enough', async () => {
    for await (const piece of decompress(pieces(packed, 4096), compressor)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });
});

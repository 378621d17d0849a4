import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { xzLength, zstdLength } from '../../../src/inspect/modules/unpacked-length.ts';

const pack = (argv: string[], input: Buffer) =>
  execFileSync(argv[0] ?? '', argv.slice(1), { input, maxBuffer: 1e8 });

test('the length before compression is what the tools put in, however it is cut into blocks', () => {
  for (const length of [0, 1, 200, 255, 256, 300, 65_791, 65_792, 300_000]) {
    const content = Buffer.concat([
      randomBytes(length / 2),
      Buffer.alloc(length - Math.floor(length / 2), 7),
    ]).subarray(0, length);
    for (const check of ['none', 'crc32', 'sha256']) {
      expect(xzLength(pack(['xz', '-c', `--check=${check}`], content))).toBe(length);
    }
    if (length > 0) {
      expect(xzLength(pack(['xz', '-c', '-T2', '--block-size=40000'], content))).toBe(length);
      expect(zstdLength(pack(['zstd', '-q', '-c', `--stream-size=${length}`], content))).toBe(length);
    }
  }
});

test('two streams in one file, and what is none, have no length', () => {
  const one = pack(['xz', '-c'], Buffer.from('one'));
  expect(xzLength(Buffer.concat([one, one]))).toBe(undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(xzLength(Buffer.from(bytes))).toBe(undefined);
      expect(zstdLength(Buffer.from(bytes))).toBe(undefined);
    }),
  );
});

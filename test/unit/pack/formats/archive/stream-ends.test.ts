import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { compressArgv, streamCompressors } from '../../../../../src/pack/formats/archive/compressors.ts';
import { checkGzip, checkXz, checkZstd } from '../../../../../src/pack/formats/archive/stream-ends.ts';

const checks = new Map([
  ['gzip', checkGzip],
  ['pigz', checkGzip],
  ['xz', checkXz],
  ['zstd', checkZstd],
]);

const compress = (argv: readonly string[], input: Buffer) =>
  execFileSync(argv[0] ?? '', argv.slice(1), { input, maxBuffer: 2 ** 30 });

function check(compressor: string, file: Buffer, bytes: number): void {
  const readAt = (position: number, length: number) => {
    if (position < 0 || position + length > file.length) throw new RangeError('the file ends too early');
    return file.subarray(position, position + length);
  };
  const known = checks.get(compressor);
  if (known === undefined) throw new Error(`no check of ${compressor}`);
  known(readAt, file.length, bytes);
}

it.each(streamCompressors)(
  '%s: what is whole is found whole; any end cut off, any start, is told',
  (word) => {
    // One block, and several: what repeats, and what cannot be compressed.
    for (const content of [Buffer.from('x'), Buffer.alloc(9_000_000, 'ab'), randomBytes(300_000)]) {
      const file = compress(compressArgv(word, 2), content);
      check(word, file, content.length);
      const lengths = [
        0,
        1,
        4,
        5,
        12,
        17,
        file.length / 2,
        file.length - 13,
        file.length - 4,
        file.length - 1,
      ];
      for (const length of new Set(lengths.map(Math.floor).filter((one) => one >= 0 && one < file.length))) {
        const cut = () => check(word, file.subarray(0, length), content.length);
        expect(cut, `${content.length} bytes, ${length} of ${file.length} left`).toThrow(RangeError);
      }
      expect(() => check(word, file.subarray(1), content.length)).toThrow(RangeError);
    }
  },
);

it.each(['gzip', 'pigz', 'xz'])('%s: that another number of bytes went in is told', (word) => {
  const content = randomBytes(70_000);
  const file = compress(compressArgv(word, 2), content);
  expect(() => check(word, file, content.length + 1)).toThrow('its compressor was given 70000 bytes instead');
  // gzip counts in 32 bits.
  if (word !== 'xz') check(word, file, content.length + 2 ** 32);
});

it('a sum must stand in the file, else a node could not see that it is damaged', () => {
  const content = randomBytes(1000);
  const none = [
    ['zstd', ['zstd', '-c', '--no-check']],
    ['xz', ['xz', '-c', '--check=none']],
  ] as const;
  for (const [word, argv] of none) {
    expect(() => check(word, compress(argv, content), 1000)).toThrow(/has no sums? of its content/);
  }
});

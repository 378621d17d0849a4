import { expect, test } from 'vitest';
import { compressArgv, decompressArgv } from '../../../../../src/pack/formats/archive/compressors.ts';

test('compressors leave out names and times and have blocks of a fixed size', () => {
  expect(compressArgv('gzip', 8)).toEqual(['gzip', '-5', '--no-name', '--stdout']);
  expect(compressArgv('pigz', 8).join(' ')).toBe(
    'pigz -5 --no-name --no-time --stdout --blocksize 128 --processes 8',
  );
  expect(compressArgv('xz', 8).join(' ')).toBe(
    'xz -6 --stdout --check=crc32 --memlimit-compress=50% --block-size=24MiB --threads=8',
  );
  expect(compressArgv('zstd', 8).join(' ')).toBe('zstd -3 --quiet --stdout --check -B8388608 -T8');
  // A single thread would write other bytes.
  expect(compressArgv('pigz', 1)).toContain('2');
  expect(compressArgv('xz', 1)).toContain('--threads=2');
  expect(decompressArgv('zstd')?.[0]).toBe('zstd');
});

import { expect, test } from 'vitest';
import { formatOf } from '../../../../src/pack/formats/formats.ts';

test('published names are those of the contract', () => {
  expect(formatOf('cpio').fileName('pigz')).toBe('rootimg.cpio.gz');
  expect(formatOf('cpio').fileName('gzip')).toBe('rootimg.cpio.gz');
  expect(formatOf('tar').fileName('xz')).toBe('rootimg.tar.xz');
  expect(formatOf('cpio').fileName('zstd')).toBe('rootimg.cpio.zst');
  expect(formatOf('squashfs').fileName('zstd')).toBe('rootimg.sfs');
});

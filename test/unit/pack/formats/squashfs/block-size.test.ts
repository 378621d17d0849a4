import { expect, it } from 'vitest';
import { layerBlockSize } from '../../../../../src/pack/formats/squashfs/block-size.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

it.each([
  [0, 4 * KiB],
  [256 * KiB, 4 * KiB],
  [256 * KiB + 1, 8 * KiB],
  [1 * MiB, 16 * KiB],
  [8 * MiB, 128 * KiB],
  [500 * MiB, 128 * KiB],
])('a layer of %i bytes has blocks of %i', (content, size) => {
  for (const arch of ['x86_64', 's390x']) expect(layerBlockSize(content, arch)).toBe(size);
});

it('no blocks are smaller than the pages that a kernel of the machine may have', () => {
  for (const arch of ['aarch64', 'ppc64le', 'riscv64']) {
    expect(layerBlockSize(0, arch)).toBe(64 * KiB);
    expect(layerBlockSize(4 * MiB, arch)).toBe(64 * KiB);
    expect(layerBlockSize(5 * MiB, arch)).toBe(128 * KiB);
  }
});

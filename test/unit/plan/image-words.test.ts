import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imageNeed, imageWords, isMounted, memoryNeed, unpackedNeed } from '../../../src/plan/image-words.ts';

const mebibyte = 1024 ** 2;
const sizes = fc.nat({ max: 2 ** 40 });

it('a root that is mounted takes its packed size, one that is unpacked both', () => {
  const mounted = {
    method: 'squashfs',
    size: 10 * mebibyte + 1,
    contentBytes: 99 * mebibyte,
    members: 5,
    unpackedBytes: 0,
  };
  expect(imageNeed(mounted)).toEqual({ packed: 11, unpacked: 0 });
  expect(imageNeed({ ...mounted, method: 'cpio', unpackedBytes: 20 * mebibyte })).toEqual({
    packed: 11,
    unpacked: 20,
  });
});

it('manifests that do not say it yet are judged by their method, and the need is made of content and members', () => {
  const old = { method: 'cpio', size: mebibyte, contentBytes: mebibyte, members: 1000 };
  expect(imageNeed(old)).toEqual({ packed: 1, unpacked: Math.ceil(unpackedNeed(mebibyte, 1000) / mebibyte) });
  expect(isMounted({ method: 'erofs' })).toBe(true);
  expect(isMounted({ method: 'tar' })).toBe(false);
});

it('never promises less than what lies there at the worst moment', () => {
  fc.assert(
    fc.property(sizes, sizes, (size, unpackedBytes) => {
      const pack = { method: 'tar', size, contentBytes: unpackedBytes, members: 1, unpackedBytes };
      expect(memoryNeed(pack)).toBeGreaterThanOrEqual(size + unpackedBytes);
    }),
  );
});

it('the words name address, digest and need', () => {
  const pack = {
    method: 'squashfs',
    size: mebibyte,
    contentBytes: 1,
    members: 1,
    unpackedBytes: 0,
    sha256: 'ab',
  };
  expect(imageWords('http://m/r.sfs', pack)).toEqual([
    'imgurl=http://m/r.sfs',
    'imgsha256=ab',
    'imgneed=1+0',
  ]);
});

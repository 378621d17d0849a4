import { expect, it } from 'vitest';
import { losesRights, unpackArgv } from '../../../../src/inspect/diff/unpack.ts';

it.each([
  ['/i/rootimg.sfs', 'unsquashfs', false],
  ['/i/rootimg.erofs', 'fsck.erofs', true],
  ['/i/rootimg.cpio.gz', 'bsdtar', false],
  ['/i/rootimg.tar.zst', 'bsdtar', false],
])('%s is unpacked by %s, which loses rights: %s', (packed, program, loses) => {
  const argv = unpackArgv(packed, '/to');
  expect(argv[0]).toBe(program);
  expect(argv).toContain(packed);
  expect(argv.some((word) => word.endsWith('/to'))).toBe(true);
  expect(losesRights(packed)).toBe(loses);
});

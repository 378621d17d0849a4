import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { losesRights, unpackArgv, withUnpacked } from '../../../../src/inspect/diff/unpack.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

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

it('unpacks names of any letters, also long ones, which an archive has as UTF-8', async () => {
  const name = `${'F'.repeat(110)}őtanúsítvány.crt`;
  await folder.file(`in/${name}`);
  const packed = join(folder.path, 'rootimg.tar');
  execFileSync('tar', ['--format=pax', '-cf', packed, '-C', join(folder.path, 'in'), '.']);
  const names = await withUnpacked(packed, [], (tree) => Promise.resolve(readdirSync(tree)));
  expect(names).toEqual([name]);
});

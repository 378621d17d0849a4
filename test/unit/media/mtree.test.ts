import { expect, it } from 'vitest';
import { readMtree } from '../../../src/media/mtree.ts';

it('reads what bsdtar writes', () => {
  const text = `#mtree
. time=1795388905.0 mode=755 gid=0 uid=0 type=dir
./hard nlink=2 time=1795388905.0 mode=644 gid=0 uid=0 type=file size=3
./link time=1795388905.0 mode=777 gid=0 uid=0 type=link link=a
./.disk/info nlink=2 time=1795388905.5 mode=644 gid=0 uid=0 type=file size=0
./a/b\\040c time=1795388905.0 mode=644 gid=0 uid=0 type=file size=2
./a/\\303\\251 time=1795388905.0 mode=644 gid=0 uid=0 type=file size=0
./null time=1795388905.0 mode=644 gid=0 uid=0 type=char device=native,1,3
`;
  expect(readMtree(text).odd).toEqual(['null']);
  expect(readMtree(text).entries).toEqual([
    { path: 'hard', type: 'file', size: 3, mtime: 1795388905 },
    { path: 'link', type: 'link', size: 0, mtime: 1795388905, target: 'a' },
    { path: '.disk/info', type: 'file', size: undefined, mtime: 1795388905 },
    { path: 'a/b c', type: 'file', size: 2, mtime: 1795388905 },
    { path: 'a/é', type: 'file', size: 0, mtime: 1795388905 },
  ]);
});

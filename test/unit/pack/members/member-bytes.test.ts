import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { headOf, readRange, treeRange } from '../../../../src/pack/members/member-bytes.ts';
import { impliedFolder } from '../../../../src/pack/members/override.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

it('gives the bytes that are there, never more', async () => {
  const file = await folder.file('a', '0123456789');
  const read = (offset: number, length: number) => readRange(file, offset, length).toString();
  expect([read(0, 3), read(8, 5), read(10, 1), read(99, 1), read(0, 0)]).toEqual(['012', '89', '', '', '']);
});

it('neither follows a link nor waits for a pipe: none of their bytes', async () => {
  await folder.file('secret', 'x');
  await symlink('secret', join(folder.path, 'link'));
  execFileSync('mkfifo', [join(folder.path, 'pipe')]);
  for (const name of ['link', 'pipe', 'none', '.'])
    expect(readRange(join(folder.path, name), 0, 9)).toHaveLength(0);
});

it('takes what the pack puts in before what the tree has', async () => {
  await folder.file('etc/a', 'tree');
  const source = await folder.file('source', 'of this machine');
  const member = (content?: Parameters<typeof headOf>[1]['override']) => ({
    ...{ path: 'etc/a', mode: 0o100644, uid: 0, gid: 0, size: 4, mtime: 0, major: 0, minor: 0, link: 0 },
    override: content,
  });
  withTree(folder.path, (tree) => {
    const head = (override?: object) =>
      headOf(tree, member(override && { ...impliedFolder('etc/a'), ...override }), 3).toString();
    expect(head()).toBe('tre');
    expect(head({ content: Buffer.from('pack') })).toBe('pac');
    expect(head({ content: { source, size: 15 } })).toBe('of ');
    expect(treeRange(tree, 'none/at/all', 0, 3)).toHaveLength(0);
  });
});

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { packedTree } from '../../../../src/pack/select/packed-tree.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();

async function packed(excluded: readonly string[] = []) {
  // `usr-x` and `usr.d` sort between `usr` and what lies in it, if paths are compared as they are.
  for (const name of ['etc/passwd', 'usr/bin/sh', 'usr/lib/a', 'usr-x/y', 'usr.d/z', 'usr0/w'])
    await folder.file(name, `in ${name}`);
  await symlink('usr/bin', join(folder.path, 'bin'));
  await symlink('/etc/passwd', join(folder.path, 'link'));
  const root = openTree(folder.path);
  const ours = { uid: 0, gid: 0 };
  const puts = [
    { path: 'etc/shadow', mode: fileType.regular | 0o600, ...ours, content: Buffer.from('put') },
    { path: 'there', mode: fileType.symlink | 0o777, ...ours, target: 'etc/shadow' },
  ];
  return packedTree(root, (await selectAll(root, excluded, puts)).members);
}

it('finds each member by exactly its path, and nothing else', async () => {
  const tree = await packed();
  for (const path of ['.', 'etc', 'usr', 'usr-x/y', 'usr.d', 'usr/bin/sh', 'usr0/w', 'there']) {
    expect(tree.find(path)?.path).toBe(path);
  }
  for (const path of ['', 'usr/', 'usr/bin/s', 'usr/bin/sh/x', 'zzz', 'a'])
    expect(tree.find(path)).toBeUndefined();
});

it('gives all that lies below a folder, not what only begins with its name', async () => {
  const tree = await packed();
  expect([...tree.below('usr')]).toEqual(['usr/bin', 'usr/bin/sh', 'usr/lib', 'usr/lib/a']);
  expect([...tree.below('usr/bin/sh')]).toEqual([]);
  expect([...tree.below('nothing')]).toEqual([]);
});

it('follows links of the tree and of what was put in, as a node would', async () => {
  const tree = await packed();
  expect(tree.file('bin/sh')?.path).toBe('usr/bin/sh');
  expect(tree.file('link')?.path).toBe('etc/passwd');
  expect(tree.file('there')?.path).toBe('etc/shadow');
  expect(tree.file('usr/bin')).toBeUndefined();
});

it('has not what was left out, though the tree has it', async () => {
  const tree = await packed(['./etc/passwd']);
  expect(tree.find('etc/passwd')).toBeUndefined();
  expect(tree.file('link')).toBeUndefined();
});

it('reads the beginning of a member, wherever its content comes from', async () => {
  const tree = await packed();
  const text = (path: string, length: number) => {
    const member = tree.file(path);
    return member && tree.read(member, length).toString();
  };
  expect(text('usr/lib/a', 4)).toBe('in u');
  expect(text('etc/shadow', 100)).toBe('put');
});

import { readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type HeldFolders, holdFolders } from '../../../../src/system/tree/held-folders.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let held: HeldFolders;

beforeEach(async () => {
  await folder.file('root/a/file', 'inside');
  await folder.file('root/top', 'top');
  await folder.file('outside/file', 'outside');
  held = holdFolders(openTree(join(folder.path, 'root')));
});

it('names a member for other programs, and tells its path by that name', () => {
  for (const path of ['a/file', 'top', 'a', 'a/none', 'a/line\nbreak']) {
    const name = held.nameOf(path);
    expect(name).toMatch(/^\/proc\/\d+\/fd\/\d+\//);
    expect(held.pathOf(name)).toBe(path);
  }
  expect(held.count()).toBe(2);
  expect(readFileSync(held.nameOf('a/file'), 'utf8')).toBe('inside');
});

it('sees the folder that was opened, whatever is put in its place', () => {
  const name = held.nameOf('a/file');
  renameSync(join(folder.path, 'root/a'), join(folder.path, 'root/b'));
  symlinkSync('../outside', join(folder.path, 'root/a'));
  expect(readFileSync(name, 'utf8')).toBe('inside');
  held.close();
  expect(held.count()).toBe(0);
});

it('enters no link', () => {
  symlinkSync('../outside', join(folder.path, 'root/link'));
  expect(() => held.nameOf('link/file')).toThrow(/ENOTDIR|ELOOP/);
});

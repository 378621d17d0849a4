import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isRepository, repositoryFolders } from '../../../src/resolve/repository-folders.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const below = async (name = '') =>
  (await repositoryFolders(join(folder.path, name))).map((path) => path.slice(folder.path.length + 1));

it('finds the folder itself and all below it, sorted, no link but the first', async () => {
  for (const name of ['r/repodata', 'r/b/repodata', 'r/a/x/repodata', 'far/repodata'])
    await folder.folder(name);
  await folder.file('r/file/repodata');
  await symlink('../far', join(folder.path, 'r/link'));
  await symlink('r', join(folder.path, 'first'));
  expect(await below('r')).toEqual(['r', 'r/a/x', 'r/b']);
  expect(await below('first')).toEqual(['first', 'first/a/x', 'first/b']);
  await expect(below('none')).rejects.toThrow('ENOENT');
});

it('a repodata that is a file makes no repository', async () => {
  await folder.file('file/repodata');
  await folder.folder('r/repodata');
  expect(await isRepository(join(folder.path, 'file'))).toBe(false);
  expect(await isRepository(join(folder.path, 'r'))).toBe(true);
  expect(await isRepository(join(folder.path, 'none'))).toBe(false);
});

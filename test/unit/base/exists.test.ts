import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exists, isFolder } from '../../../src/base/exists.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('follows links, and takes one that leads nowhere for nothing', async () => {
  await folder.file('file');
  await folder.folder('folder');
  await symlink('folder', join(folder.path, 'to-folder'));
  await symlink('gone', join(folder.path, 'to-nothing'));
  const rows = await Promise.all(
    ['file', 'folder', 'to-folder', 'to-nothing', 'none', 'file/below'].map(async (name) => {
      const path = join(folder.path, name);
      return [name, await exists(path), await isFolder(path)];
    }),
  );
  expect(rows).toEqual([
    ['file', true, false],
    ['folder', true, true],
    ['to-folder', true, true],
    ['to-nothing', false, false],
    ['none', false, false],
    ['file/below', false, false],
  ]);
});

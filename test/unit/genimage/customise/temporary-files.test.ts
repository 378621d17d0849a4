import { existsSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { clearTemporaryFolders } from '../../../../src/genimage/customise/temporary-files.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../a-plan.ts';

const folder = useFolder();
const root = () => join(folder.path, 'root');
const has = (path: string) => existsSync(join(root(), path));
const build = (isNew: boolean) => ({ root: root(), plan: aPlan(), tree: { isNew } }) as unknown as Build;

it('removes what packages left in a new tree, the folders stay', async () => {
  for (const name of ['tmp/a/b', 'var/tmp/x', 'var/cache/ldconfig/aux-cache', 'etc/keep', 'var/log/keep.log'])
    await folder.file(`root/${name}`);
  await clearTemporaryFolders(build(true));
  expect(['tmp', 'var/tmp', 'etc/keep', 'var/log/keep.log'].map(has)).toEqual([true, true, true, true]);
  expect(['tmp/a', 'var/tmp/x', 'var/cache/ldconfig/aux-cache'].map(has)).toEqual([false, false, false]);
});

it('follows no link out of the tree', async () => {
  await folder.file('outside/kept');
  await folder.folder('root/var');
  await symlink('../outside', join(folder.path, 'root/tmp'));
  await symlink(join(folder.path, 'outside'), join(folder.path, 'root/var/tmp'));
  await clearTemporaryFolders(build(true)).catch(() => {});
  expect(existsSync(join(folder.path, 'outside/kept'))).toBe(true);
});

it('leaves an older tree alone: work by hand may lie there', async () => {
  await folder.file('root/tmp/a');
  await clearTemporaryFolders(build(false));
  expect(has('tmp/a')).toBe(true);
});

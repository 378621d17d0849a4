import { closeSync, openSync, statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockMode, tryFlock, waitForFolder } from '../../../src/system/flock.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

it('one may hold it exclusively or several share it, until the file is closed', async () => {
  const path = await folder.file('lock');
  const [a, b] = [openSync(path, 'r'), openSync(path, 'r')];
  expect([await tryFlock(a), await tryFlock(b), await tryFlock(b, 'shared')]).toEqual([
    'taken',
    'held',
    'held',
  ]);
  closeSync(a);
  const c = openSync(path, 'r');
  expect([await tryFlock(b, 'shared'), await tryFlock(c, 'shared'), await tryFlock(c)]).toEqual([
    'taken',
    'taken',
    'held',
  ]);
  closeSync(b);
  closeSync(c);
});

it('a lock is for those alone who may write its folder', async () => {
  await chmod(folder.path, 0o755);
  expect(lockMode(folder.path)).toBe(0o600);
  await chmod(folder.path, 0o775);
  expect(lockMode(folder.path)).toBe(0o660);
});

it('a folder that is not there is made, one that cannot be made is not locked', async () => {
  const path = join(folder.path, 'new');
  (await waitForFolder(path))();
  expect(statSync(join(path, '.rootimg.lock')).mode & 0o777).toBe(0o600);
  (await waitForFolder(join(await folder.file('file'), 'below')))();
});

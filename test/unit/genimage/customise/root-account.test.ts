import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { copySkeleton } from '../../../../src/genimage/customise/root-account.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-account-'));
  await mkdir(join(root, 'etc/skel'), { recursive: true });
  await mkdir(join(root, 'root'));
  for (const name of ['.bashrc', '.profile', 'no-dot']) await writeFile(join(root, 'etc/skel', name), 'skel');
  await writeFile(join(root, 'root/.bashrc'), 'before');
});
afterEach(() => rm(root, { recursive: true }));

test.each([
  ['a new tree has the dot files of skel', true, 'skel'],
  ['an older one keeps what is there, and gets what is missing', false, 'before'],
])('%s', async (_, isNew, bashrc) => {
  await copySkeleton({ root, tree: { isNew, marked: true, changed: true } } as Build);
  expect(await readFile(join(root, 'root/.bashrc'), 'utf8')).toBe(bashrc);
  expect(await readFile(join(root, 'root/.profile'), 'utf8')).toBe('skel');
  await expect(readFile(join(root, 'root/no-dot'))).rejects.toThrow('ENOENT');
});

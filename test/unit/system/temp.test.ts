import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFileAtomic } from '../../../src/system/publish.ts';
import { sweepAbandoned, sweepTemporary, temporaryDir, temporaryPath } from '../../../src/system/temp.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-temp-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('only our own temporary names are swept', async () => {
  await temporaryDir(folder, 'tree');
  await writeFile(temporaryPath(folder, 'x'), 'half');
  await writeFile(join(folder, 'rootimg.sfs'), 'whole');
  expect(await sweepTemporary(folder)).toHaveLength(2);
  expect(await readdir(folder)).toEqual(['rootimg.sfs']);
});

test('an atomic write replaces content and mode, and leaves nothing beside', async () => {
  const path = join(folder, 'a');
  await writeFile(path, 'old');
  await writeFileAtomic(path, 'new', 0o600);
  expect(await readFile(path, 'utf8')).toBe('new');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['a']);
});

test('where there is no lock only what is a day old goes', async () => {
  const [old, recent] = [temporaryPath(folder, 'file'), temporaryPath(folder, 'file')];
  for (const path of [old, recent, join(folder, 'other')]) await writeFile(path, '');
  for (const path of [old, join(folder, 'other')]) await utimes(path, 0, 0);
  await sweepAbandoned(folder);
  expect((await readdir(folder)).sort()).toEqual([basename(recent), 'other']);
});

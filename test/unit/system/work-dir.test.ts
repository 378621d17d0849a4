import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { thisHolder } from '../../../src/system/lock-holder.ts';
import { workDir } from '../../../src/system/work-dir.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'work-dir-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const dead = { ...thisHolder('boot'), pid: process.pid, started: '1' };

async function make(name: string, owner?: object): Promise<string> {
  await mkdir(join(folder, name));
  if (owner !== undefined) await writeFile(join(folder, name, '.owner'), JSON.stringify(owner));
  return join(folder, name);
}

async function age(path: string): Promise<string> {
  const old = new Date(Date.now() - 120_000);
  await utimes(path, old, old);
  return path;
}

test('what a killed run left is removed by the next; of the living, of other kinds and of others, nothing', async () => {
  const living = await workDir('boot');
  const left = await make('rootimg-boot-left', dead);
  const nobodys = await make('rootimg-boot-nobodys');
  await writeFile(join(nobodys, 'work'), '');
  const kept = [
    await make('rootimg-check-left', dead),
    await age(nobodys),
    await make('rootimg-boot-elsewhere', { ...dead, host: 'other' }),
    living,
  ];
  const next = await workDir('boot');
  expect(existsSync(left)).toBe(false);
  expect([...kept, next].filter((path) => !existsSync(path))).toEqual([]);
});

test('an empty folder goes whose maker was killed before it wrote its owner, but none that is just being made', async () => {
  const left = await age(await make('rootimg-boot-left'));
  const fresh = await make('rootimg-boot-fresh');
  await workDir('boot');
  expect([existsSync(left), existsSync(fresh)]).toEqual([false, true]);
});

test.skipIf(process.getuid?.() !== 0)('a folder of another user stays, whatever it says', async () => {
  const theirs = await make('rootimg-boot-theirs', dead);
  await chown(theirs, 12345, 12345);
  await workDir('boot');
  expect(existsSync(theirs)).toBe(true);
});

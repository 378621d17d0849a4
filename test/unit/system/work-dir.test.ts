import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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

test('what a killed run left is removed by the next; of the living, of other kinds and of others, nothing', async () => {
  const living = await workDir('boot');
  const make = async (name: string, owner?: object) => {
    await mkdir(join(folder, name));
    if (owner !== undefined) await writeFile(join(folder, name, '.owner'), JSON.stringify(owner));
    return join(folder, name);
  };
  const dead = { ...thisHolder('boot'), pid: process.pid, started: '1' };
  const left = await make('rootimg-boot-left', dead);
  const kept = [
    await make('rootimg-check-left', dead),
    await make('rootimg-boot-nobodys'),
    await make('rootimg-boot-elsewhere', { ...dead, host: 'other' }),
    living,
  ];
  const next = await workDir('boot');
  expect(existsSync(left)).toBe(false);
  expect([...kept, next].map((path) => existsSync(path))).toEqual([true, true, true, true, true]);
});

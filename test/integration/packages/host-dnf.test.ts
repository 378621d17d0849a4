import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hostDnf } from '../../../src/packages/dnf/host-dnf.ts';
import { managerFor } from '../../../src/packages/managers.ts';
import { aPlan } from '../../unit/genimage/a-plan.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-dnf-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A program that answers as dnf5 does. The kernel takes no script without `#!`; a shell does. */
async function putDnf5(name: string): Promise<void> {
  await writeFile(join(folder, name), ' : no script\necho dnf5 version 5.4.6.0\n');
  await chmod(join(folder, name), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
}

test('dnf 4 is taken where a host has it, also beside dnf5', async () => {
  await putDnf5('dnf5');
  expect(await hostDnf()).toBe('dnf');
  expect((await managerFor(aPlan())).id).toBe('dnf');
});

test('a dnf that says it is dnf5 is dnf5', async () => {
  await putDnf5('dnf5');
  await putDnf5('dnf');
  expect(await hostDnf()).toBe('dnf5');
  const manager = await managerFor(aPlan());
  expect(manager.id).toBe('dnf5');
  expect(await manager.versions()).toMatchObject({ dnf5: '5.4.6.0' });
});

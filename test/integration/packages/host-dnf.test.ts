import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { checkManagerHere } from '../../../src/packages/managers.ts';
import { hostDnf } from '../../../src/packages/dnf/host-dnf.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-dnf-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** A dnf that answers as dnf5 does; the kernel runs what has no `#!` only as a program, so a shell stands behind it. */
test('a dnf that says it is dnf5 is refused by name before anything is touched', async () => {
  expect(await hostDnf()).toBe('dnf');
  await writeFile(join(folder, 'dnf'), ' #!/bin/sh\necho dnf5 version 5.4.6.0\n');
  await chmod(join(folder, 'dnf'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
  const [problem, ...more] = await checkManagerHere();
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ code: 'dnf5-not-supported' });
});

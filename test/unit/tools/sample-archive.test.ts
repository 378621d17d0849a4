import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { suiteOf } from '../../../src/family/archives.ts';
import { makeDeb } from '../../../tools/sample-archive/made-deb.ts';
import {
  baseFiles,
  madeNames,
  madePackages,
  osRelease,
  suites,
} from '../../../tools/sample-archive/packages.ts';

const folder = mkdtempSync(join(tmpdir(), 'rootimg-archive-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('has the suites of Ubuntu 22.04, and newer packages in the later ones', () => {
  expect(suites[0]).toBe(suiteOf('ubuntu22.04'));
  const made = madePackages('linux-image-1');
  for (const name of madeNames) expect(made.map((one) => one.name)).toContain(name);
  const agents = made.filter(({ name }) => name === 'site-agent');
  expect(agents.map(({ suite }) => suite)).toEqual(suites);
  const versions = [...baseFiles.map(({ version }) => version), ...agents.map(({ version }) => version)];
  for (const [older = '', newer = ''] of [versions.slice(0, 2), versions.slice(2, 4), versions.slice(3, 5)]) {
    expect(() => execFileSync('dpkg', ['--compare-versions', older, 'lt', newer])).not.toThrow();
  }
  expect(osRelease('22.04.5')).toContain('ID=ubuntu\n');
});

it('makes packages that dpkg reads', async () => {
  const [, agent] = madePackages('linux-image-1');
  if (agent === undefined) throw new Error('no agent');
  const deb = await makeDeb(agent, 'amd64', folder);
  const field = (name: string) =>
    execFileSync('dpkg-deb', ['--field', deb, name], { encoding: 'utf8' }).trim();
  expect([field('Package'), field('Version'), field('Depends')]).toEqual(['site-agent', '1.0', 'libc6']);
  expect(execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' })).toContain(
    './usr/share/site-agent/version',
  );
});

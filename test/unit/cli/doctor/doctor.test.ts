import { expect, test } from 'vitest';
import { packFinding } from '../../../../src/cli/doctor/abilities.ts';
import { isHealthy, missingPackages } from '../../../../src/cli/doctor/doctor.ts';
import { type Finding, judge } from '../../../../src/cli/doctor/finding.ts';

const tool = (command: string, from: string) => ({ command, from, why: 'does its work' });
const xz = tool('xz', 'xz (Debian: xz-utils)');

test('an ability lacks exactly the programs that are not there', async () => {
  const tools = [tool('mksquashfs', 'squashfs-tools'), xz];
  const without = (...gone: string[]) =>
    judge('pack', 'squashfs', tools, async (name) => (gone.includes(name) ? undefined : `/usr/bin/${name}`));
  expect(await without()).toEqual({ topic: 'pack', what: 'squashfs', state: 'yes' });
  expect(await without('xz')).toMatchObject({ state: 'no', note: 'xz not installed', missing: [xz] });
  expect((await without('xz', 'mksquashfs')).note).toBe('mksquashfs, xz not installed');
});

test('a form is packed when one of its compressors is there, and names those that are not', () => {
  const gzip: Finding = { topic: 'pack', what: 'gzip', state: 'yes' };
  const none: Finding = { topic: 'pack', what: 'xz', state: 'no', missing: [xz] };
  expect(packFinding('tar', [gzip, none])).toMatchObject({
    state: 'yes',
    note: 'gzip; not installed: xz',
    missing: [xz],
  });
  expect(packFinding('tar', [none])).toMatchObject({ state: 'no', note: 'by nothing; not installed: xz' });
});

test('packages are named as this distribution names them, each once', () => {
  const dnf = tool('dnf', 'dnf (or dnf5)');
  const lacking: Finding[] = [
    { topic: 'pack', what: 'a', state: 'no', missing: [xz] },
    { topic: 'pack', what: 'b', state: 'no', missing: [xz, dnf] },
    { topic: 'boot', what: 'c', state: 'no', note: 'needs a machine' },
  ];
  expect(missingPackages(lacking, 'debian')).toEqual(['dnf', 'xz-utils']);
  expect(missingPackages(lacking, 'el')).toEqual(['dnf', 'xz']);
});

const packs: Finding = { topic: 'pack', what: '', state: 'yes' };

test.each<[string, Finding[], boolean]>([
  ['packs, but builds nothing', [packs, { topic: 'build', what: '', state: 'no' }], true],
  [
    'packs nothing',
    [
      { ...packs, state: 'no' },
      { topic: 'build', what: '', state: 'yes' },
    ],
    false,
  ],
  ['has a wrong clock', [packs, { topic: 'host', what: '', state: 'wrong' }], false],
])('a host that %s is healthy or not', (_name, findings, healthy) => {
  expect(isHealthy(findings)).toBe(healthy);
});

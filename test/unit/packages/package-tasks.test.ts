import { expect, test } from 'vitest';
import { packageTasks } from '../../../src/packages/package-tasks.ts';
import type { BuildPlan, PackagePass } from '../../../src/plan/build-plan.ts';
import { aPlan } from '../genimage/a-plan.ts';

const entries = (...names: string[]) => names.map((name) => ({ name, origin: { file: 'list', line: 1 } }));
const pass = (changes: Partial<PackagePass>): PackagePass => ({
  ...{ install: [], removeBefore: [], removeAfter: [], environment: [] },
  ...changes,
});
const plan = (changes: Partial<BuildPlan> = {}) =>
  aPlan({
    passes: [pass({ install: entries('bash') }), pass({}), pass({ install: entries('nfs-utils') })],
    otherPasses: [
      pass({ removeBefore: entries('nano'), install: entries('a/tool'), removeAfter: entries('less') }),
    ],
    repositories: [
      { id: 'pkgdir-0', url: 'https://mirror/os', from: 'pkgdir' },
      { id: 'otherpkgdir-0', url: 'https://mirror/a', from: 'otherpkgdir', folders: ['a'] },
    ],
    ...changes,
  });

test('the passes in order, each with its repositories; a pass of nothing is none', () => {
  const shown = packageTasks(plan()).map(({ title, list, pass: number, task }) =>
    [title, list, number, task.command, task.repositories.join('+')].join(' | '),
  );
  expect(shown).toEqual([
    'Install packages (pass 1 of 3) | pkglist | 1 | install | pkgdir-0',
    'Install packages (pass 3 of 3) | pkglist | 3 | install | pkgdir-0',
    'Remove packages | otherpkglist | 1 | remove | pkgdir-0+otherpkgdir-0',
    'Install other packages | otherpkglist | 1 | install | pkgdir-0+otherpkgdir-0',
    'Remove packages afterwards | otherpkglist | 1 | remove | pkgdir-0+otherpkgdir-0',
    'Update packages | otherpkglist | 1 | upgrade | pkgdir-0+otherpkgdir-0',
  ]);
});

test('no update with --noupdate, and none of the kernel where its version is said', () => {
  const { request } = plan();
  const commands = (changes: object) => packageTasks(plan({ request: { ...request, ...changes } }));
  expect(commands({ noupdate: true }).map(({ task }) => task.command)).not.toContain('upgrade');
  expect(commands({ kernelver: '5.14' }).at(-1)?.task.exclude).toEqual(['kernel*']);
});

test('with a lock each task may take what the lock has brought up to then, in its newest version', () => {
  const one = (name: string, version: string) => ({
    ...{ name, version, arch: 'noarch', repository: 'pkgdir-0', digest: 'sha256:00' },
  });
  const step = { list: 'pkglist' as const, pass: 1, command: 'install' as const, removes: [] };
  const lock = {
    ...{ schema: 1 as const, image: { name: 'i', osvers: 'o', arch: 'a', profile: 'p' }, epoch: 0 },
    ...{ manager: { id: 'dnf', versions: {} }, repositories: [], files: [], environment: '' },
    steps: [
      { ...step, packages: [one('a', '1'), one('b', '1')] },
      { ...step, packages: [one('a', '2')] },
    ],
  };
  const choices = packageTasks(plan({ lock })).map(({ task }) =>
    task.choice?.packages.map(({ name, version }) => `${name}-${version}`).join(' '),
  );
  expect(choices.slice(0, 3)).toEqual(['a-1 b-1', 'a-2 b-1', 'a-2 b-1']);
});

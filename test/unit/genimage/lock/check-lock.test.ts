import { expect, test } from 'vitest';
import { packageProblems, planProblems, treeProblems } from '../../../../src/genimage/lock/check-lock.ts';
import { environmentDigest, lockedFiles, packagesOf } from '../../../../src/genimage/lock/make-lock.ts';
import type { Locking, OfferedPackage, Session } from '../../../../src/packages/manager.ts';
import type { BuildLock } from '../../../../src/plan/build-lock.ts';
import type { BuildPlan } from '../../../../src/plan/build-plan.ts';
import { aPlan } from '../a-plan.ts';

const sum = (one: string) => `sha256:${one.repeat(64)}`;
const bash = { name: 'bash', version: '5.2-1', arch: 'x86_64', repository: 'pkgdir-0', digest: sum('a') };
const less = { name: 'less', version: '1-1', arch: 'x86_64', repository: 'pkgdir-0', digest: sum('b') };
const origin = { file: 'list', line: 1 };
const pass = { removeBefore: [], removeAfter: [], environment: [] };
const list = { path: '/a/compute.pkglist', sha256: 'cc', role: 'pkglist' as const };

function lockedPlan(changes: Partial<BuildPlan> = {}, lockChanges: Partial<BuildLock> = {}): BuildPlan {
  const plan = aPlan({
    passes: [{ ...pass, install: [{ name: 'bash', origin }] }],
    repositories: [{ id: 'pkgdir-0', url: 'https://mirror/os', from: 'pkgdir' }],
    files: [list],
  });
  const { name, osvers, arch, profile } = plan.image;
  const lock: BuildLock = {
    ...{ schema: 1, image: { name, osvers, arch, profile }, epoch: 1, repositories: [] },
    ...{
      manager: { id: 'dnf', versions: {} },
      files: lockedFiles(plan),
      environment: environmentDigest(plan),
    },
    steps: [{ list: 'pkglist', pass: 1, command: 'install', packages: [bash, less], removes: [] }],
    ...lockChanges,
  };
  return { ...plan, lock, ...changes };
}
const told = (problems: readonly { message: string }[]) => problems.map(({ message }) => message);

test('a plan that is as it was has no problem, wherever its lists lie', () => {
  expect(planProblems(aPlan())).toEqual([]);
  expect(planProblems(lockedPlan())).toEqual([]);
  expect(planProblems(lockedPlan({ files: [{ ...list, path: '/elsewhere/compute.pkglist' }] }))).toEqual([]);
});

test('all that has changed since the lock is told at once', () => {
  const changes = {
    files: [
      { ...list, sha256: 'dd' },
      { ...list, path: '/a/post.sh', role: 'postinstall' as const },
    ],
    environment: { A: 'b' },
  };
  expect(told(planProblems(lockedPlan(changes)))).toEqual([
    'The pkglist /a/compute.pkglist has changed since the lock.',
    'The postinstall /a/post.sh is not in the lock.',
    'The environment of the build (environvar) is not that of the lock.',
  ]);
  expect(told(planProblems(lockedPlan({ files: [] })))).toEqual([
    'The pkglist /a/compute.pkglist of the lock is not used any more.',
  ]);
  expect(told(planProblems(lockedPlan({ passes: [] })))[0]).toContain('The passes of the package lists');
  const other = { name: 'login', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
  expect(told(planProblems(lockedPlan({}, { image: other })))).toEqual([
    'The lock is of another image: its name is login, not compute.',
  ]);
});

async function missing(plan: BuildPlan, offered: readonly OfferedPackage[]): Promise<string[]> {
  const locking = { offers: () => Promise.resolve([...offered]) } as unknown as Locking;
  return told(await packageProblems(plan, { locking } as unknown as Session));
}

test('packages that are gone, moved or of other bytes are all named, with what is there', async () => {
  const plan = lockedPlan();
  expect(await missing(plan, [bash, less])).toEqual([]);
  expect(
    await missing(plan, [
      { ...bash, digest: sum('f') },
      { ...less, version: '2-1' },
    ]),
  ).toEqual([
    `bash 5.2-1 (x86_64) of the lock cannot be had from https://mirror/os: its bytes are others now (${sum('f')}, not ${sum('a')}).`,
    'less 1-1 (x86_64) of the lock cannot be had from https://mirror/os: it is gone; there is 2-1.',
  ]);
  const absent = await missing(plan, [{ ...bash, path: '/nonexistent/bash.rpm' }]);
  expect(absent.map((one) => /: (.*)\.$/.exec(one)?.[1])).toEqual(
    ['its file is not there', 'it is gone'].map((one) => expect.stringContaining(one)),
  );
  expect(await missing({ ...plan, repositories: [] }, [])).toHaveLength(2);
});

test('the tree has the packages of the lock and no others; keys are none', () => {
  const { lock } = lockedPlan();
  if (lock === undefined) throw new Error('no lock');
  const rpm = (one: { name: string; version: string; arch: string }) => ({ type: 'rpm' as const, ...one });
  const key = rpm({ name: 'gpg-pubkey', version: '1-1', arch: '' });
  expect(treeProblems(lock, [rpm(bash), rpm(less), key])).toEqual([]);
  expect(told(treeProblems(lock, [rpm(bash), rpm({ ...less, version: '2-1' })]))).toEqual([
    'less 2-1 (x86_64) is in the tree and not in the lock.',
    'less 1-1 (x86_64) of the lock is not in the tree.',
  ]);
});

test('a package that several passes bring is one', () => {
  const step = { list: 'pkglist' as const, pass: 1, command: 'install' as const, removes: [] };
  expect(
    packagesOf([
      { ...step, packages: [bash] },
      { ...step, pass: 2, packages: [bash, less] },
    ]),
  ).toEqual([bash, less]);
});

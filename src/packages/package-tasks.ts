import { familyOf } from '../family/families.ts';
import { type LockStep, packagesAfter } from '../plan/build-lock.ts';
import type { BuildPlan, PackageEntry, PackagePass } from '../plan/build-plan.ts';
import type { PackageChoice, PackageTask } from './manager.ts';
import { repositoriesOf } from './pass-repositories.ts';

/** One run of the package manager that a plan asks for. */
export interface PlannedTask {
  /** What people read of it. */
  readonly title: string;
  readonly list: LockStep['list'];
  /** 1-based, in its list. */
  readonly pass: number;
  readonly task: PackageTask;
}

/**
 * All that the package lists of a plan ask for, in order. With a lock each run takes the packages that the lock
 * has brought up to then, and none besides.
 */
export function packageTasks(plan: BuildPlan): PlannedTask[] {
  const tasks = [
    ...plan.passes.flatMap((pass, index) => firstTasks(plan, pass, index)),
    ...plan.otherPasses.flatMap((pass, index) => otherTasks(plan, pass, index)),
  ];
  const { lock } = plan;
  if (lock === undefined) return tasks;
  return tasks.map((planned, index) => ({
    ...planned,
    task: { ...planned.task, choice: choiceUpTo(lock.steps.slice(0, index + 1)) },
  }));
}

function choiceUpTo(steps: readonly LockStep[]): PackageChoice {
  return { packages: packagesAfter(steps, { kept: true }), others: 'none' };
}

/** A pass of the pkglist. */
function firstTasks(plan: BuildPlan, pass: PackagePass, index: number): PlannedTask[] {
  const { install: entries, environment, recommends, debconf } = pass;
  if (entries.length === 0) return [];
  const allowed = plan.repositories.filter(({ from }) => from !== 'otherpkgdir').map(({ id }) => id);
  const task: PackageTask = {
    ...{ command: 'install', entries, environment, recommends, debconf },
    repositories: allowed,
  };
  const title = passTitle('Install packages', index, plan.passes.length);
  return [{ title, list: 'pkglist', pass: index + 1, task }];
}

/**
 * A pass of the otherpkglist: `-pkg` removed before, then the install, `--pkg` removed after, then an update of
 * everything unless `--noupdate`; the kernel keeps its version when kernelver says one.
 */
function otherTasks(plan: BuildPlan, pass: PackagePass, index: number): PlannedTask[] {
  const { request, image, otherPasses } = plan;
  const { environment, recommends, debconf } = pass;
  const shared = { repositories: repositoriesOf(plan.repositories, pass), environment, recommends, debconf };
  const planned = (
    what: string,
    task: Pick<PackageTask, 'command' | 'exclude' | 'entries'>,
  ): PlannedTask => ({
    title: passTitle(what, index, otherPasses.length),
    ...{ list: 'otherpkglist', pass: index + 1, task: { ...shared, ...task } },
  });
  const some = (what: string, command: 'install' | 'remove', entries: readonly PackageEntry[]) =>
    entries.length === 0 ? [] : [planned(what, { command, entries })];
  const exclude = request.kernelver === undefined ? [] : familyOf(image.family).kernelPatterns;
  return [
    ...some('Remove packages', 'remove', pass.removeBefore),
    ...some('Install other packages', 'install', pass.install),
    ...some('Remove packages afterwards', 'remove', pass.removeAfter),
    ...(request.noupdate ? [] : [planned('Update packages', { command: 'upgrade', entries: [], exclude })]),
  ];
}

function passTitle(what: string, index: number, count: number): string {
  return count === 1 ? what : `${what} (pass ${index + 1} of ${count})`;
}

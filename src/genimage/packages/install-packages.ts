import { familyOf } from '../../family/families.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import type { PackageTask, ScriptletFailure, Session } from '../../packages/manager.ts';
import { isPackageFile } from '../../packages/package-files.ts';
import { repositoriesOf, sharedEnvironment } from '../../packages/pass-repositories.ts';
import type { Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { imageUname } from '../image-uname.ts';

/**
 * Looks whether every name of every list exists before the first pass changes the tree; a single pass does so
 * by itself, unless it names package files, whose keys come first.
 */
export async function checkPackageNames(build: Build, session: Session): Promise<void> {
  const passes = [...build.plan.passes, ...build.plan.otherPasses].filter((pass) => pass.install.length > 0);
  const entries = passes.flatMap((pass) => pass.install);
  if (passes.length < 2 && !entries.some(({ name }) => isPackageFile(name))) return;
  await inStep(build, 'Look for packages', () =>
    session.checkNames({
      ...{ command: 'install', entries, environment: sharedEnvironment(passes) },
      repositories: build.plan.repositories.map((repository) => repository.id),
    }),
  );
}

/** Installs the passes of the pkglist in order. Gives the scripts of packages that failed. */
export async function installPackages(build: Build, session: Session): Promise<ScriptletFailure[]> {
  const { passes, repositories } = build.plan;
  const allowed = repositories.filter((repository) => repository.from !== 'otherpkgdir');
  const failures: ScriptletFailure[] = [];
  for (const [index, { install: entries, environment, recommends, debconf }] of passes.entries()) {
    if (entries.length === 0) continue;
    const task: PackageTask = {
      ...{ command: 'install', entries, environment, recommends, debconf },
      repositories: allowed.map((repository) => repository.id),
    };
    const title = passTitle('Install packages', index, passes.length);
    failures.push(...(await inStep(build, title, (phase) => session.apply(task, phase))));
  }
  return failures;
}

/**
 * The passes of the otherpkglist: `-pkg` removed before, then the install, `--pkg` removed after, then an
 * update of everything unless `--noupdate`; the kernel keeps its version when kernelver says one. Gives the
 * scripts of packages that failed.
 */
export async function installOtherPackages(build: Build, session: Session): Promise<ScriptletFailure[]> {
  const { otherPasses, request, image } = build.plan;
  const failures: ScriptletFailure[] = [];
  for (const [index, pass] of otherPasses.entries()) {
    const uname = await imageUname(build, false);
    const repositories = repositoriesOf(build.plan.repositories, pass);
    const { environment, recommends, debconf } = pass;
    const shared = { repositories, environment, recommends, debconf, uname };
    const runStep = async (
      what: string,
      task: Pick<PackageTask, 'command' | 'exclude'>,
      entries?: readonly PackageEntry[],
    ) => {
      if (entries?.length === 0) return;
      const title = passTitle(what, index, otherPasses.length);
      const whole = { ...shared, ...task, entries: entries ?? [] };
      failures.push(...(await inStep(build, title, (phase) => session.apply(whole, phase))));
    };
    await runStep('Remove packages', { command: 'remove' }, pass.removeBefore);
    await runStep('Install other packages', { command: 'install' }, pass.install);
    await runStep('Remove packages afterwards', { command: 'remove' }, pass.removeAfter);
    if (request.noupdate) continue;
    const exclude = request.kernelver === undefined ? [] : familyOf(image.family).kernelPatterns;
    await runStep('Update packages', { command: 'upgrade', exclude });
  }
  return failures;
}

function passTitle(what: string, index: number, count: number): string {
  return count === 1 ? what : `${what} (pass ${index + 1} of ${count})`;
}

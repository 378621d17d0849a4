import type { PackageEntry } from '../plan/build-plan.ts';
import type { Build } from './build-context.ts';
import { inStep } from './build-step.ts';
import { checkAvailable, type Dnf, type DnfRun, dnfName, runDnf } from './package-manager/dnf.ts';
import { repositoriesOf } from './pass-repositories.ts';
import { imageUname } from './image-uname.ts';

/** Looks whether every name of every list exists before the first pass changes the tree; a single pass does so by itself. */
export async function checkPackageNames(build: Build, dnf: Dnf): Promise<void> {
  const passes = [...build.plan.passes, ...build.plan.otherPasses].filter((pass) => pass.install.length > 0);
  if (passes.length < 2) return;
  const entries = passes.flatMap((pass) => pass.install);
  await inStep(build, 'Look for packages', () =>
    checkAvailable(build, dnf, {
      ...installTask(entries),
      repositories: build.plan.repositories.map((repository) => repository.id),
      environment: [],
    }),
  );
}

/** Installs the passes of the pkglist in order. */
export async function installPackages(build: Build, dnf: Dnf): Promise<void> {
  const { passes, repositories } = build.plan;
  const allowed = repositories.filter((repository) => repository.from !== 'otherpkgdir');
  for (const [index, pass] of passes.entries()) {
    if (pass.install.length === 0) continue;
    await runStep(build, dnf, passTitle('Install packages', index, passes.length), {
      ...installTask(pass.install),
      repositories: allowed.map((repository) => repository.id),
      environment: pass.environment,
    });
  }
}

/**
 * The passes of the otherpkglist: `-pkg` removed before, then the install, `--pkg` removed after, then an update of everything unless
 * `--noupdate`; the kernel keeps its version when kernelver says one.
 */
export async function installOtherPackages(build: Build, dnf: Dnf): Promise<void> {
  const { otherPasses, request } = build.plan;
  for (const [index, pass] of otherPasses.entries()) {
    const uname = await imageUname(build, false);
    const title = (what: string) => passTitle(what, index, otherPasses.length);
    const shared = {
      repositories: repositoriesOf(build.plan.repositories, pass),
      environment: pass.environment,
      uname,
    };
    const remove = async (what: string, entries: readonly PackageEntry[]) => {
      if (entries.length === 0) return;
      await runStep(build, dnf, title(what), { ...installTask(entries), ...shared, command: 'remove' });
    };
    await remove('Remove packages', pass.removeBefore);
    if (pass.install.length > 0) {
      await runStep(build, dnf, title('Install other packages'), { ...installTask(pass.install), ...shared });
    }
    await remove('Remove packages afterwards', pass.removeAfter);
    if (request.noupdate) continue;
    const exclude = request.kernelver === undefined ? [] : ['kernel*'];
    await runStep(build, dnf, title('Update packages'), {
      ...installTask([]),
      ...shared,
      command: 'upgrade',
      exclude,
    });
  }
}

function installTask(entries: readonly PackageEntry[]): Pick<DnfRun, 'command' | 'names' | 'entries'> {
  return { command: 'install', names: [...new Set(entries.map(dnfName))], entries };
}

function runStep(build: Build, dnf: Dnf, title: string, task: DnfRun): Promise<void> {
  return inStep(build, title, (phase) => runDnf(build, dnf, task, phase));
}

function passTitle(what: string, index: number, count: number): string {
  return count === 1 ? what : `${what} (pass ${index + 1} of ${count})`;
}

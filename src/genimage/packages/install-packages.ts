import type { PackageEntry } from '../../plan/build-plan.ts';
import type { Build } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { imageUname } from '../image-uname.ts';
import { runDnf } from '../../packages/dnf/dnf.ts';
import type { Dnf, DnfRun } from '../../packages/dnf/dnf-call.ts';
import { checkAvailable, dnfName } from '../../packages/dnf/dnf-names.ts';
import { isPackageFile } from '../../packages/rpm/package-files.ts';
import { runDnfWithUname } from '../../packages/dnf/dnf-uname.ts';
import { repositoriesOf, sharedEnvironment } from '../../packages/pass-repositories.ts';
import { checkArrived } from '../../packages/dnf/requested-packages.ts';

/**
 * Looks whether every name of every list exists before the first pass changes the tree; a single pass does so by itself, unless keys must
 * be imported before it.
 */
export async function checkPackageNames(build: Build, dnf: Dnf): Promise<void> {
  const passes = [...build.plan.passes, ...build.plan.otherPasses].filter((pass) => pass.install.length > 0);
  const entries = passes.flatMap((pass) => pass.install);
  if (passes.length < 2 && !entries.some(({ name }) => isPackageFile(name))) return;
  await inStep(build, 'Look for packages', () =>
    checkAvailable(build, dnf, {
      ...installTask(entries),
      repositories: build.plan.repositories.map((repository) => repository.id),
      environment: sharedEnvironment(passes),
    }),
  );
}

/** Installs the passes of the pkglist in order, and looks after each whether all that it names has arrived. */
export async function installPackages(build: Build, dnf: Dnf): Promise<void> {
  const { passes, repositories } = build.plan;
  const allowed = repositories.filter((repository) => repository.from !== 'otherpkgdir');
  for (const [index, pass] of passes.entries()) {
    if (pass.install.length === 0) continue;
    await inStep(build, passTitle('Install packages', index, passes.length), async (phase) => {
      const task = {
        ...installTask(pass.install),
        repositories: allowed.map((repository) => repository.id),
        environment: pass.environment,
      };
      await runDnf(build, dnf, task, phase);
      await checkArrived(build, dnf, task);
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
    const repositories = repositoriesOf(build.plan.repositories, pass);
    const shared = { repositories, environment: pass.environment, uname };
    const runStep = (what: string, task: DnfRun) =>
      inStep(build, title(what), async (phase) => {
        await runDnfWithUname(build, dnf, task, phase);
        if (task.command === 'install') await checkArrived(build, dnf, task);
      });
    const remove = async (what: string, entries: readonly PackageEntry[]) => {
      if (entries.length === 0) return;
      await runStep(what, { ...installTask(entries), ...shared, command: 'remove' });
    };
    await remove('Remove packages', pass.removeBefore);
    if (pass.install.length > 0) {
      await runStep('Install other packages', { ...installTask(pass.install), ...shared });
    }
    await remove('Remove packages afterwards', pass.removeAfter);
    if (request.noupdate) continue;
    const exclude = request.kernelver === undefined ? [] : ['kernel*'];
    await runStep('Update packages', { ...installTask([]), ...shared, command: 'upgrade', exclude });
  }
}

function installTask(entries: readonly PackageEntry[]): Pick<DnfRun, 'command' | 'names' | 'entries'> {
  return { command: 'install', names: [...new Set(entries.map(dnfName))], entries };
}

function passTitle(what: string, index: number, count: number): string {
  return count === 1 ? what : `${what} (pass ${index + 1} of ${count})`;
}

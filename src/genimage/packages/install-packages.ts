import type { ScriptletFailure, Session } from '../../packages/manager.ts';
import { isPackageFile } from '../../packages/package-files.ts';
import { packageTasks } from '../../packages/package-tasks.ts';
import { sharedEnvironment } from '../../packages/pass-repositories.ts';
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

/**
 * Does all that the lists ask for, in order. What `uname` of the image answers matters from the otherpkglist on:
 * until then there is no kernel. Gives the scripts of packages that failed.
 */
export async function installPackages(build: Build, session: Session): Promise<ScriptletFailure[]> {
  const failures: ScriptletFailure[] = [];
  for (const { title, list, task } of packageTasks(build.plan)) {
    const whole = list === 'pkglist' ? task : { ...task, uname: await imageUname(build, false) };
    failures.push(...(await inStep(build, title, (phase) => session.apply(whole, phase))));
  }
  return failures;
}

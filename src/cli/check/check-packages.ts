import { type Problem, problemsOf, RootimgError } from '../../base/errors.ts';
import { withScratchSession } from '../../genimage/packages/scratch-session.ts';
import type { Session } from '../../packages/manager.ts';
import { sharedEnvironment } from '../../packages/pass-repositories.ts';
import type { BuildPlan, PackagePass, Repository } from '../../plan/build-plan.ts';
import { silentReporter } from '../../report/silent.ts';

/**
 * Lets the package manager resolve the lists over an empty root in the host's temporary folder; nothing is
 * installed and nothing is left. Gives what is missing by list, file and line, and what contradicts itself.
 * Only for root on a host that could build the image.
 */
export async function checkPackages(plan: BuildPlan): Promise<Problem[]> {
  return problemsWhile(() =>
    withScratchSession(plan, { kind: 'check', reporter: silentReporter() }, async (session) => {
      const { passes, otherPasses, repositories } = plan;
      await checkNames(session, [...passes, ...otherPasses], repositories);
      // otherpkglists may remove before they install, which a single transaction cannot tell.
      const first = repositories.filter(({ from }) => from !== 'otherpkgdir');
      await checkDependencies(session, passes, first);
    }),
  );
}

/** Every name of every list against every repository. */
async function checkNames(session: Session, passes: readonly PackagePass[], from: readonly Repository[]) {
  const task = taskOf(passes, from);
  if (task.entries.length > 0) await session.checkNames(task);
}

/** What the lists bring together. */
async function checkDependencies(
  session: Session,
  passes: readonly PackagePass[],
  from: readonly Repository[],
) {
  const task = taskOf(passes, from);
  if (task.entries.length > 0) await session.resolve(task);
}

function taskOf(passes: readonly PackagePass[], repositories: readonly Repository[]) {
  return {
    command: 'install' as const,
    entries: passes.flatMap((pass) => pass.install),
    repositories: repositories.map(({ id }) => id),
    environment: sharedEnvironment(passes),
  };
}

/** The problems that `work` throws, with the last lines of the tool where there are any. */
async function problemsWhile(work: () => Promise<void>): Promise<Problem[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    const [first, ...more] = problemsOf(error);
    if (first === undefined || error.details.length === 0) return [...problemsOf(error)];
    return [{ ...first, message: [first.message, ...error.details].join('\n') }, ...more];
  }
}

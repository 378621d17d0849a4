import { basename } from 'node:path';
import { type Problem, problemsOf, RootimgError } from '../../base/errors.ts';
import { bringsNetwork, networkLost } from '../../family/boot-needs.ts';
import { lackingProblems } from '../../genimage/packages/lacking-packages.ts';
import { withScratchSession } from '../../genimage/packages/scratch-session.ts';
import type { Session } from '../../packages/manager.ts';
import { sharedEnvironment } from '../../packages/pass-repositories.ts';
import type { BuildPlan, PackagePass, Repository } from '../../plan/build-plan.ts';
import { silentReporter } from '../../report/silent.ts';

/** What is wrong with the packages of an image, and what is likely to be. */
export interface PackageFindings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Lets the package manager resolve the lists over an empty root in the host's temporary folder; nothing is
 * installed and nothing is left. Gives what is missing by list, file and line, and what contradicts itself.
 * Only for root on a host that could build the image.
 */
export async function checkPackages(plan: BuildPlan): Promise<PackageFindings> {
  let names: ReadonlySet<string> | undefined;
  const problems = await problemsWhile(() =>
    withScratchSession(plan, { kind: 'check', reporter: silentReporter() }, async (session) => {
      const { passes, otherPasses, repositories } = plan;
      await checkNames(session, [...passes, ...otherPasses], repositories);
      // otherpkglists may remove before they install, which a single transaction cannot tell.
      const first = repositories.filter(({ from }) => from !== 'otherpkgdir');
      names = await checkDependencies(session, passes, first);
    }),
  );
  return { problems, warnings: names === undefined ? [] : judgeNames(plan, names) };
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
): Promise<ReadonlySet<string> | undefined> {
  const task = taskOf(passes, from);
  return task.entries.length > 0 ? (await session.resolve(task)).touched : undefined;
}

/** What the packages lack of what nodes need, and whether any of them brings network cards up. */
function judgeNames(plan: BuildPlan, names: ReadonlySet<string>): Problem[] {
  const others = plan.otherPasses.flatMap(({ install }) => install.map(({ name }) => basename(name)));
  return [...lackingProblems(plan, names), ...(bringsNetwork([...names, ...others]) ? [] : [noNetwork])];
}

const noNetwork: Problem = {
  code: 'no-network',
  message: `No package of the lists configures network cards: ${networkLost.outcome}.`,
  hint: networkLost.hint,
};

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

import { type Problem, throwProblems } from '../../base/errors.ts';
import { installedPackages } from '../../packages/installed.ts';
import type { ScriptletFailure, Session } from '../../packages/manager.ts';
import { managerFor } from '../../packages/managers.ts';
import { type Build, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { packageProblems, treeProblems } from '../lock/check-lock.ts';
import { checkPackageNames, installPackages } from './install-packages.ts';
import { warnOfLacking } from './lacking-packages.ts';
import { packageSite } from './package-site.ts';

/**
 * Everything that package lists ask for: all passes of all lists, and a package database that the image's own
 * tools read.
 */
export async function fillPackages(build: Build): Promise<void> {
  for (const { url, from, unchecked } of build.plan.repositories) {
    if (unchecked === undefined) continue;
    warn(build, `The signatures of the packages from ${url} (${from}) are not checked (${unchecked}).`);
  }
  const manager = await managerFor(build.plan);
  const session = await manager.open(packageSite(build));
  await checkLockedPackages(build, session);
  await checkPackageNames(build, session);
  await warnOfLacking(build, session);
  judgeScriptlets(build, await installPackages(build, session));
  await session.settle();
  await checkLockedTree(build);
}

/** All that is gone or has other bytes, before anything is changed. */
async function checkLockedPackages(build: Build, session: Session): Promise<void> {
  if (build.plan.lock === undefined) return;
  await inStep(build, 'Compare the repositories with the lock', async () => {
    throwProblems(await packageProblems(build.plan, session));
  });
}

async function checkLockedTree({ plan, root, temporary }: Build): Promise<void> {
  if (plan.lock === undefined) return;
  throwProblems(treeProblems(plan.lock, await installedPackages(root, temporary, plan.repositories)));
}

/** The scripts of packages that failed, in all passes; package managers themselves only warn. */
function judgeScriptlets(build: Build, failures: readonly ScriptletFailure[]): void {
  if (build.plan.request.toleratescriptlets) {
    for (const { what } of failures) warn(build, `A scriptlet failed, which is tolerated: ${what}`);
    return;
  }
  throwProblems(failures.map(scriptletProblem));
}

function scriptletProblem({ what, output }: ScriptletFailure): Problem {
  return {
    code: 'scriptlet-failed',
    message: [`A scriptlet failed: ${what}.`, ...output.map((line) => `  ${line}`)].join('\n'),
    hint: 'When the image can do without it: --tolerate-scriptlets.',
  };
}

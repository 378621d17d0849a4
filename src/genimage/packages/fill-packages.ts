import { type Problem, throwProblems } from '../../base/errors.ts';
import type { ScriptletFailure } from '../../packages/manager.ts';
import { managerFor } from '../../packages/managers.ts';
import { type Build, warn } from '../build-context.ts';
import { checkPackageNames, installOtherPackages, installPackages } from './install-packages.ts';
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
  await checkPackageNames(build, session);
  const failures = [
    ...(await installPackages(build, session)),
    ...(await installOtherPackages(build, session)),
  ];
  judgeScriptlets(build, failures);
  await session.settle();
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

import { type Problem, throwProblems } from '../../base/errors.ts';
import { both } from '../../base/both.ts';
import { type Build, treeChanges, warn } from '../build-context.ts';
import { checkPackageNames, installOtherPackages, installPackages } from './install-packages.ts';
import { openDnf } from '../../packages/dnf/dnf.ts';
import type { Dnf } from '../../packages/dnf/dnf-call.ts';
import { settleDnfHistory } from '../../packages/dnf/dnf-history.ts';
import { recordOrigins } from '../../packages/dnf/dnf-origins.ts';
import { isPackageFile } from '../../packages/rpm/package-files.ts';
import type { ScriptletFailure } from '../../packages/dnf/dnf-output.ts';
import {
  askForDatabases,
  claimRpmDatabase,
  findDatabasePath,
  settleRpmDatabase,
} from '../../packages/rpm/rpm-database.ts';
import { runOverRoot } from '../../sandbox/sandbox.ts';

/** Everything that package lists ask for: all passes of all lists, and an rpm database that the image's own rpm reads. */
export async function fillPackages(build: Build): Promise<void> {
  for (const { url, from, unchecked } of build.plan.repositories) {
    if (unchecked === undefined) continue;
    warn(build, `The signatures of the packages from ${url} (${from}) are not checked (${unchecked}).`);
  }
  const databasePath = await findDatabasePath(build);
  const dnf = await openDnf(build, databasePath);
  await claimRpmDatabase(build, dnf, databasePath);
  await checkPackageNames(build, dnf);
  await importKeys(build, dnf);
  await installPackages(build, dnf);
  await installOtherPackages(build, dnf);
  judgeScriptlets(build, dnf.scriptlets);
  const [facts] = await both(askForDatabases(build, dnf), recordOrigins(build, dnf));
  await settleDnfHistory(build);
  await settleRpmDatabase(build, dnf, databasePath, facts);
}

/** Packages named by their path belong to no repository: dnf checks them with the keys that the image's database holds. */
async function importKeys(build: Build, dnf: Dnf): Promise<void> {
  const { passes, otherPasses, keys, request } = build.plan;
  const named = [...passes, ...otherPasses].some((pass) =>
    pass.install.some(({ name }) => isPackageFile(name)),
  );
  if (!named || request.nogpgcheck || keys.length === 0) return;
  treeChanges(build);
  const argv = ['rpm', '--root', build.root, '--import', ...keys];
  await runOverRoot(build.root, argv, { rpmMacros: dnf.macros }, { action: 'import the keys' });
}

/** The scripts of packages that failed, in all passes; dnf itself only warns. */
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

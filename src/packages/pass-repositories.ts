import { posix } from 'node:path';
import type { BuildPlan, PackageEntry, PackagePass, Repository } from '../plan/build-plan.ts';

/**
 * Ids of the repositories that a pass of the otherpkglist may use. xCAT: `dir/sub/pkg` brings the repository
 * `<otherpkgdir>/dir/sub` into this pass and no other; otherpkgdir itself counts in passes with plain names,
 * the repositories of pkgdir always.
 */
export function repositoriesOf(repositories: readonly Repository[], pass: PackagePass): string[] {
  const wanted = new Set(pass.install.map(folderOf));
  if (wanted.size === 0) wanted.add('');
  return repositories
    .filter(({ folders }) => folders === undefined || folders.some((folder) => wanted.has(folder)))
    .map(({ id }) => id);
}

/** `dir/sub` of `dir/sub/pkg`; empty for a plain name, a group, or the path of a file. */
function folderOf(entry: PackageEntry): string {
  const folder = /^[/@]/.test(entry.name) ? '.' : posix.dirname(entry.name);
  return folder === '.' ? '' : folder;
}

/**
 * The variables of each pass that uses a repository (environvar, and over it `#ENV:…#`), each set once;
 * environvar alone where none does.
 */
export function environmentsFor(plan: BuildPlan, repository: Repository): Record<string, string>[] {
  const passes = [
    ...(repository.from === 'otherpkgdir' ? [] : plan.passes.filter((pass) => pass.install.length > 0)),
    ...plan.otherPasses.filter((pass) => repositoriesOf([repository], pass).length > 0),
  ];
  const all = passes.map((pass) => ({ ...plan.environment, ...assignments(pass.environment) }));
  const found = new Map((all.length > 0 ? all : [plan.environment]).map((one) => [JSON.stringify(one), one]));
  return [...found.values()];
}

/**
 * The words of all passes together, for questions about all of them; of two that set the same variable the
 * later one counts.
 */
export function sharedEnvironment(passes: readonly PackagePass[]): string[] {
  return [...new Set(passes.flatMap((pass) => pass.environment))];
}

/** K=V words as variables. */
export function assignments(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=');
      return [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

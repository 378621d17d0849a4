import type { Problem } from '../../base/errors.ts';
import type { PackageEntry, PackagePass, Repository } from '../../plan/build-plan.ts';
import { isFile } from './local-folder.ts';

/** Words for suites that move with each release; a Release file may call its suite so. */
const moving = new Set(['stable', 'oldstable', 'oldoldstable', 'testing', 'unstable', 'experimental']);

/** The `.deb` files that lists name and that are not there. */
export async function missingFiles(passes: readonly PackagePass[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const entry of passes.flatMap(({ install }) => install)) {
    if (!entry.name.startsWith('/') || (await isFile(entry.name))) continue;
    problems.push({
      code: 'file-unreadable',
      message: `The package file '${entry.name}' does not exist, or is not a regular file.`,
      origin: originOf(entry),
    });
  }
  return problems;
}

/**
 * The entries `name/suite` of a pkglist whose suite no repository has. In an otherpkglist what stands before
 * a `/` is a folder.
 */
export function unknownSuites(
  passes: readonly PackagePass[],
  repositories: readonly Repository[],
): Problem[] {
  const suites = new Set(repositories.flatMap(({ deb }) => (deb === undefined ? [] : [deb.suite])));
  return passes.flatMap(({ install }) =>
    install.flatMap((entry) => {
      const [, suite] = /^[^/]+\/([^/]+)$/.exec(entry.name) ?? [];
      if (suite === undefined || suites.has(suite) || moving.has(suite)) return [];
      return [noSuch(entry, suite, [...suites])];
    }),
  );
}

function noSuch(entry: PackageEntry, suite: string, suites: readonly string[]): Problem {
  const there = suites.filter((name) => !name.endsWith('/')).join(', ') || 'none';
  return {
    code: 'package-suite',
    message: `'${entry.name}' asks for the suite '${suite}'; the repositories have ${there}.`,
    origin: originOf(entry),
    hint: 'A folder of otherpkgdir can stand before a name in an otherpkglist only.',
  };
}

function originOf({ origin: { file, line } }: PackageEntry) {
  return line === undefined ? { file } : { file, line };
}

import { debArchives } from '../../family/archives.ts';
import type { Repository } from '../../plan/build-plan.ts';
import type { Target } from './target.ts';

/** A warning for each suite of another release than the image's, such as trixie in an image of debian12. */
export function otherSuiteWarnings({ osvers, suite }: Target, repositories: readonly Repository[]): string[] {
  if (suite === undefined) return [];
  const found = new Set(repositories.map(({ deb }) => deb?.suite.replace(/[-/].*$/, '')));
  found.delete(suite);
  return debArchives.flatMap(({ title, suites }) =>
    Object.entries(suites)
      .filter(([, name]) => found.has(name))
      .map(
        ([release, name]) =>
          `The repositories name the suite '${name}' of ${title} ${release}; the suite of ${osvers} is '${suite}'.`,
      ),
  );
}

import type { Origin } from '../../base/errors.ts';
import type { FoundRepository } from './collector.ts';

/** One repository as a line or a paragraph of sources names it (sources.list(5)). */
export interface SourceEntry {
  readonly uri: string;
  /** Ends with `/` for a flat repository. */
  readonly suite: string;
  readonly components: readonly string[];
  /** As written: paths, fingerprints, or the text of a key. */
  readonly signedBy?: string;
  /** None: all. */
  readonly architectures: readonly string[];
  /** It asks that its signature is not checked. */
  readonly trusted: boolean;
  readonly origin: Origin;
}

/** True for a repository without suites: its index lies in the folder that is named. */
export function isFlat(suite: string): boolean {
  return suite.endsWith('/');
}

/** The repository of pkgdir that an entry names; `signedBy` are the paths of its keyrings. */
export function repositoryOf(
  { uri, suite, components }: Pick<SourceEntry, 'uri' | 'suite' | 'components'>,
  signedBy: readonly string[],
): FoundRepository {
  return {
    ...{ url: uri, from: 'pkgdir', suite, components: [...components] },
    ...(signedBy.length === 0 ? {} : { signedBy: [...signedBy] }),
  };
}

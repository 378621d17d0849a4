import type { Origin } from '../../base/errors.ts';
import type { DebSuite } from '../../plan/build-plan.ts';
import type { FoundRepository } from './collector.ts';

/** One repository as a line or a paragraph of sources names it (sources.list(5)). */
export interface SourceEntry {
  readonly uri: string;
  /** Ends with `/` for a flat repository. */
  readonly suite: string;
  readonly components: readonly string[];
  /** As written: paths and fingerprints, or the text of a key. */
  readonly signedBy?: string;
  /** False: it counts beyond its date. */
  readonly checkValidUntil?: false;
  /** None: all. */
  readonly architectures: readonly string[];
  /** It asks that its signature is not checked. */
  readonly trusted: boolean;
  readonly origin: Origin;
}

/** What a repository is checked with. */
export type Signers = Pick<DebSuite, 'signedBy' | 'key' | 'fingerprints'>;

/** True for a repository without suites: its index lies in the folder that is named. */
export function isFlat(suite: string): boolean {
  return suite.endsWith('/');
}

/** The repository of pkgdir that an entry names. */
export function repositoryOf(
  { uri, suite, components, checkValidUntil }: Omit<SourceEntry, 'architectures' | 'trusted' | 'origin'>,
  signers: Signers = {},
): FoundRepository {
  return {
    ...{ url: uri, from: 'pkgdir', suite, components: [...components] },
    ...signers,
    ...(checkValidUntil === false && { checkValidUntil }),
  };
}

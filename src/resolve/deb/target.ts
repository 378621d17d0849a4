import { type DebArchive, debArchitecture, debArchiveOf, suiteOf } from '../../family/archives.ts';

/** What an image needs of its repositories. */
export interface Target {
  readonly osvers: string;
  /** As deb packages name it. */
  readonly architecture: string;
  /** Undefined where the osvers is none that we know. */
  readonly archive: DebArchive | undefined;
  /** Name of its suite; undefined for a release that we do not know. */
  readonly suite: string | undefined;
}

export function targetOf(osvers: string, arch: string): Target {
  return {
    osvers,
    architecture: debArchitecture(arch),
    archive: debArchiveOf(osvers),
    suite: suiteOf(osvers),
  };
}

/** The suites of an image, as every archive calls them: the release, what was updated since, what is urgent. */
export function suitesFor(suite: string): string[] {
  return [suite, `${suite}-updates`, `${suite}-security`];
}

import type { DebSuite, Repository } from '../../plan/build-plan.ts';

export interface Source extends Pick<Repository, 'url' | 'unchecked'> {
  readonly deb: Omit<DebSuite, 'signedBy' | 'key' | 'plain'>;
  /** Keyrings as whoever reads the file sees them. */
  readonly signedBy: readonly string[];
}

/** Stanzas of sources.list(5) in its deb822 form, one for each repository. */
export function sourcesText(sources: readonly Source[], architecture: string): string {
  return sources
    .map(({ url, deb, unchecked, signedBy }) =>
      [
        'Types: deb',
        `URIs: ${url}`,
        `Suites: ${deb.suite}`,
        ...(deb.components.length === 0 ? [] : [`Components: ${deb.components.join(' ')}`]),
        `Architectures: ${architecture}`,
        ...(unchecked === undefined ? [] : ['Trusted: yes']),
        ...(signedBy.length === 0
          ? []
          : [`Signed-By: ${[...signedBy, ...(deb.fingerprints ?? [])].join(' ')}`]),
        ...(deb.checkValidUntil === false ? ['Check-Valid-Until: no'] : []),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/**
 * The address that apt is given, as apt itself writes it: a local folder is copied from, so that all of it
 * lies where the image can see it too.
 */
export function aptUrl(url: string): string {
  return url.replace(/^file:\/*/, 'copy:/');
}

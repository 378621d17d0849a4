import { hostOsarch, hostOsvers } from '../../src/cli/definitions/def-host.ts';
import { RootimgError } from '../../src/base/errors.ts';
import { run } from '../../src/system/exec.ts';
import { hostFamily } from '../lib/host-packages.ts';

/** What the quickstart builds an image from. */
export interface QuickstartSource {
  readonly osvers: string;
  readonly arch: string;
  /** Comma list of folders and URLs; absent where genimage finds the repositories by itself. */
  readonly pkgdir?: string;
  /** A list that stands for that of the profile. */
  readonly listFile?: string;
  readonly otherpkgdir?: string;
}

/** The base URLs in the output of `dnf repoinfo`, first one of each repository. */
export function baseUrlsOf(repoinfo: string): string[] {
  return [...repoinfo.matchAll(/^Repo-baseurl\s*:\s*(\S+)/gm)].map((match) =>
    (match[1] ?? '').replace(/,$/, ''),
  );
}

/**
 * The host's own distribution and its BaseOS and AppStream repositories, on an EL host; undefined on any
 * other.
 */
export async function hostRepository(): Promise<QuickstartSource | undefined> {
  if ((await hostFamily()) !== 'el') return undefined;
  const osvers = await hostOsvers();
  if (osvers === undefined) return undefined;
  const { stdout } = await run(['dnf', '-q', 'repoinfo', '--enabled'], {
    action: 'list the repositories of this host',
  });
  const urls = baseUrlsOf(stdout);
  if (urls.length === 0) {
    throw new RootimgError('host-no-repository', 'dnf knows no repository of this host with a base URL.', {
      hint: 'Enable the BaseOS and AppStream repositories, then run the quickstart again.',
    });
  }
  return { osvers, arch: hostOsarch(), pkgdir: urls.join(',') };
}

import { hostOsarch, hostOsvers } from '../../src/cli/definitions/def-host.ts';
import { hostRepositories } from '../../src/packages/host-repositories.ts';
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

/**
 * The host's own distribution and its BaseOS and AppStream repositories, on an EL host; undefined on any
 * other.
 */
export async function hostRepository(): Promise<QuickstartSource | undefined> {
  if ((await hostFamily()) !== 'el') return undefined;
  const osvers = await hostOsvers();
  const urls = await hostRepositories('el');
  if (osvers === undefined || urls === undefined) return undefined;
  return { osvers, arch: hostOsarch(), pkgdir: urls.join(',') };
}

import { readFile } from 'node:fs/promises';
import { RootimgError } from '../../src/errors.ts';
import { run } from '../../src/system/exec.ts';

/** What the quickstart builds an image from. */
export interface QuickstartSource {
  readonly osvers: string;
  readonly arch: string;
  /** Comma list of folders and URLs. */
  readonly pkgdir: string;
  readonly otherpkgdir?: string;
}

/** osvers of an os-release file in xCAT's spelling, such as `rocky9.4`; undefined for a host that is no EL. */
export function osversOf(osRelease: string): string | undefined {
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  const names: Record<string, string> = {
    rhel: 'rhels',
    rocky: 'rocky',
    almalinux: 'alma',
    ol: 'ol',
    fedora: 'fedora',
  };
  if (field('ID') === 'centos') return `centos-stream${field('VERSION_ID')}`;
  const name = names[field('ID')];
  return name === undefined ? undefined : `${name}${field('VERSION_ID')}`;
}

/** The base URLs in the output of `dnf repoinfo`, first one of each repository. */
export function baseUrlsOf(repoinfo: string): string[] {
  return [...repoinfo.matchAll(/^Repo-baseurl\s*:\s*(\S+)/gm)].map((match) =>
    (match[1] ?? '').replace(/,$/, ''),
  );
}

/** The host's own distribution and its BaseOS and AppStream repositories, on an EL host; undefined on any other. */
export async function hostRepository(): Promise<QuickstartSource | undefined> {
  const osvers = osversOf(await readFile('/etc/os-release', 'utf8').catch(() => ''));
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
  const { stdout: machine } = await run(['uname', '-m']);
  return { osvers, arch: machine.trim(), pkgdir: urls.join(',') };
}

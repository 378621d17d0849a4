import { RootimgError } from '../base/errors.ts';
import type { HostSystem } from '../family/host-system.ts';
import { run } from '../system/exec.ts';

/** The base URLs in the output of `dnf repoinfo` (dnf 4, dnf 5), first one of each repository. */
export function baseUrlsOf(repoinfo: string): string[] {
  return [...repoinfo.matchAll(/^[ \t]*(?:Repo-baseurl|Base URL)[ \t]*:[ \t]*([^\s,]+)/gm)].map(
    ([, url = '']) => url,
  );
}

/** The addresses in the output of `zypper --xmlout repos`. */
export function zypperUrlsOf(xml: string): string[] {
  return [...xml.matchAll(/<url>([^<]+)<\/url>/g)].map(([, url = '']) => url.replaceAll('&amp;', '&'));
}

/**
 * Where the packages of this host itself come from, as pkgdir names it; undefined where that is left to
 * genimage, which asks the host's apt. Throws `host-no-repository`.
 */
export async function hostRepositories(names: HostSystem['names']): Promise<string[] | undefined> {
  if (names === 'debian') return undefined;
  const [tool, argv, urlsOf] = tools[names];
  const { stdout } = await run(argv, { action: 'list the repositories of this host' });
  const urls = urlsOf(stdout);
  if (urls.length > 0) return urls;
  throw new RootimgError('host-no-repository', `${tool} knows no repository of this host with a base URL.`, {
    hint: 'Enable the repositories of the distribution, or define an image from its media: copycds.',
  });
}

const tools = {
  el: ['dnf', ['dnf', '-q', 'repoinfo', '--enabled'], baseUrlsOf],
  suse: ['zypper', ['zypper', '--xmlout', 'repos', '--show-enabled-only'], zypperUrlsOf],
} as const;

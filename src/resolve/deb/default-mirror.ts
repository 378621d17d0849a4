import { join } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import { readIfThere } from '../../base/read-if-there.ts';
import { withoutEndSlashes } from '../../base/slashes.ts';
import { type DebArchive, debArchitecture } from '../../family/archives.ts';
import { isOfArchive, readHostSources } from './host-sources.ts';
import type { SourceEntry } from './source-entry.ts';
import { suitesFor, type Target } from './target.ts';

/** A repository of the distribution's own archive. */
export type MirrorEntry = Pick<SourceEntry, 'uri' | 'suite' | 'components' | 'signedBy'>;

/**
 * The repositories of a mirror that the site names: the suite of the release, its updates, its security
 * updates. Undefined for a release whose suite is not known.
 */
export function mirrorEntries(mirror: string, { archive, suite }: Target): MirrorEntry[] | undefined {
  if (archive === undefined || suite === undefined) return undefined;
  const [, , security] = suitesFor(suite);
  return suitesFor(suite).map((name) => ({
    uri: name === security ? securityMirror(mirror, archive) : mirror,
    suite: name,
    components: archive.components,
  }));
}

/** Debian's security updates lie beside the mirror's folder `debian`, where there is such a part. */
function securityMirror(mirror: string, { securityPath }: DebArchive): string {
  if (securityPath === undefined) return mirror;
  const { from, to } = securityPath;
  const parts = mirror.split('/');
  const at = parts.lastIndexOf(from);
  // The first three are `http:`, nothing, and the host.
  return at < 3 ? `${withoutEndSlashes(mirror)}-security` : parts.with(at, to).join('/');
}

/**
 * The mirrors that this host's own packages come from, with the suites of the image: undefined where the host
 * is of another distribution, or where they do not hold the image's architecture.
 */
export async function hostMirrorEntries(
  { archive, suite, architecture }: Target,
  hostArch: string,
  hostRoot: string,
): Promise<MirrorEntry[] | undefined> {
  if (archive === undefined || suite === undefined) return undefined;
  const release = await readOsRelease(hostRoot);
  const own = release.get('VERSION_CODENAME');
  if (release.get('ID') !== archive.id || own === undefined) return undefined;
  const main = archive.mainArchitectures;
  if (main?.includes(architecture) !== main?.includes(debArchitecture(hostArch))) return undefined;
  const sources = (await readHostSources(hostRoot)).filter(isOfArchive(own));
  const base = sources.find((entry) => !/-(updates|security)$/.test(entry.suite));
  if (base === undefined) return undefined;
  return suitesFor(suite).map((name) => {
    const kind = name.slice(suite.length);
    const entry = kind === '' ? base : sources.find((one) => one.suite.endsWith(kind));
    const uri = entry?.uri ?? (kind === '-security' ? securityMirror(base.uri, archive) : base.uri);
    const signedBy = (entry ?? base).signedBy;
    return {
      uri,
      suite: name,
      components: archive.components,
      ...(signedBy === undefined ? {} : { signedBy }),
    };
  });
}

/** Words of os-release(5). */
async function readOsRelease(hostRoot: string): Promise<ReadonlyMap<string, string>> {
  const text =
    (await readIfThere(join(hostRoot, '/etc/os-release')).catch(() => undefined)) ??
    (await readIfThere(join(hostRoot, '/usr/lib/os-release')).catch(() => undefined)) ??
    '';
  const words = [...text.matchAll(/^([A-Z_]+)=["']?(.*?)["']?$/gm)];
  return new Map(words.map(([, name = '', value = '']) => [name, value]));
}

/** The problem of an image whose packages come from nowhere, with what to write. */
export function noMirror({ osvers, archive, suite, architecture }: Target): Problem {
  const code = 'no-mirror';
  if (archive === undefined || suite === undefined) {
    return {
      code,
      message: `pkgdir names no repository, and which suite ${osvers} is, is not known.`,
      hint: 'Write them into pkgdir: http://MIRROR SUITE COMPONENTS, several with commas.',
    };
  }
  const isElsewhere = archive.mainArchitectures?.includes(architecture) === false;
  const address = `http://MIRROR/${archive.id}${isElsewhere ? '-ports' : ''}`;
  const where = isElsewhere ? ` Packages for ${architecture} lie on mirrors of ${archive.id}-ports.` : '';
  const components = archive.components.join(' ');
  return {
    code,
    message: `pkgdir names no mirror of ${archive.title}, and neither the site nor this host does.${where}`,
    hint:
      `Add to pkgdir: ${suitesFor(suite)
        .map((name) => `${address} ${name} ${components}`)
        .join(',')}; ` + `or for all images: chdef -t site clustersite ${archive.siteAttribute}=${address}`,
  };
}

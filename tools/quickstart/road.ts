import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { usageError } from '../../src/base/errors.ts';
import { folderOf } from '../../src/family/families.ts';
import { majorOf } from '../../src/family/release.ts';
import { hostOsarch, hostOsvers } from '../../src/cli/definitions/def-host.ts';
import { hostFamily } from '../lib/host-packages.ts';
import type { QuickstartSource } from './host-repository.ts';

/** Whose packages the quickstart builds its image from. */
export type Road = 'debian' | 'el';

/**
 * The road that the words after `npm run quickstart --` ask for: by default that of the host, and where we
 * have no lists for its release that of EL. Throws `usage`.
 */
export async function roadOf(words: readonly string[]): Promise<Road> {
  const asked = familyAsked(words);
  if (asked === 'el') return 'el';
  const release = (await hostOsvers()) ?? '';
  if (hasOwnLists(release)) return 'debian';
  if (asked === undefined) return 'el';
  throw usageError(`--family debian builds an image of the host's own release, and this host is ${release}.`);
}

/** Debian and Ubuntu themselves, in a release with a number. */
export function hasOwnLists(osvers: string): boolean {
  return /^(debian|ubuntu)\d/.test(osvers);
}

function familyAsked(words: readonly string[]): Road | undefined {
  const expected = 'expected --family debian or --family el';
  try {
    const { values } = parseArgs({ args: [...words], options: { family: { type: 'string' } } });
    const { family } = values;
    if (family === undefined || family === 'debian' || family === 'el') return family;
    throw usageError(`npm run quickstart: unknown family '${family}'; ${expected}.`);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError(`npm run quickstart: ${words.join(' ')}: ${expected}.`);
  }
}

/** How to try the other road; undefined on a host that has no other. */
export async function otherRoad(road: Road): Promise<string | undefined> {
  if (road === 'debian')
    return 'To try an EL image, of packages made from Debian ones: npm run quickstart -- --family el';
  return (await hostFamily()) === 'debian' && hasOwnLists((await hostOsvers()) ?? '')
    ? "To try an image of this host's own release: npm run quickstart -- --family debian"
    : undefined;
}

/** Small kernels for virtual machines, by osarch; of other architectures the ordinary one. */
const smallKernels: Readonly<Record<string, string>> = {
  x86_64: 'linux-image-cloud-amd64',
  aarch64: 'linux-image-cloud-arm64',
};
const kernels: Readonly<Record<string, string>> = {
  ppc64le: 'linux-image-powerpc64le',
  ppc64el: 'linux-image-powerpc64le',
};

/**
 * The host's own release of Debian or Ubuntu from where its apt gets it: genimage finds that by itself. Writes
 * the list of the profile, but with a kernel for virtual machines, as `listFile`.
 */
export async function debianSource(listFile: string, netbootDir: string): Promise<QuickstartSource> {
  const [osvers = '', arch] = [await hostOsvers(), hostOsarch()];
  await writeFile(listFile, listOf(osvers, arch, netbootDir));
  return { osvers, arch, listFile };
}

/** The text of that list. */
export function listOf(osvers: string, arch: string, netbootDir: string): string {
  const family = folderOf(osvers);
  const common = join(netbootDir, family, 'include/deb-common.pkglist');
  const own =
    family === 'ubuntu'
      ? ['netplan.io', 'linux-image-virtual']
      : [
          'ifupdown',
          ...(Number(majorOf(osvers)) >= 13 ? ['linux-sysctl-defaults'] : []),
          smallKernels[arch] ?? kernels[arch] ?? `linux-image-${arch}`,
        ];
  const lines = ['# The profile compute with a small kernel.', `#INCLUDE:${common}#`];
  return [...lines, 'iputils-arping', 'isc-dhcp-client', ...own, ''].join('\n');
}

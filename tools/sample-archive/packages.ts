import { words } from '../sample-repo/words.ts';

/** Counted up when what is made changes without a change of the tables in this folder. */
export const recipeVersion = 1;

/** The suites, newest last, as a mirror of Ubuntu 22.04 has them. */
export const suites = ['jammy', 'jammy-updates', 'jammy-security'] as const;
export type Suite = (typeof suites)[number];

/** apt's words for what every image begins with. */
export const basePackages = ['?essential', '?priority(^required$)', 'apt'];

/** What a test may want besides the compute list. */
export const extraPackages = words('bc file iputils-arping isc-dhcp-client');

/** Debian packages that lie in universe, as on Ubuntu. */
export const inUniverse = /^(dracut.*|bc|ethtool)$/;

/** Names of the compute list that Debian does not have: they are made here. */
export const madeNames: readonly string[] = ['linux-image-generic'];

/** A package that is made here. */
export interface MadePackage {
  readonly name: string;
  readonly version: string;
  readonly suite: Suite;
  readonly component: 'main' | 'universe';
  readonly depends: string;
  /** Path below the root → content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Metapackage of the kernel, and an agent of a site that is older in the release than in its updates. */
export function madePackages(kernelPackage: string): MadePackage[] {
  const agent = (version: string, suite: Suite): MadePackage => ({
    name: 'site-agent',
    version,
    suite,
    component: 'universe',
    depends: 'libc6',
    files: { 'usr/share/site-agent/version': `${version}\n` },
  });
  return [
    {
      name: 'linux-image-generic',
      version: '5.15.0.91.88',
      suite: 'jammy',
      component: 'main',
      depends: kernelPackage,
      files: {},
    },
    agent('1.0', 'jammy'),
    agent('1.1', 'jammy-updates'),
    agent('1.2', 'jammy-security'),
  ];
}

/** Debian's base-files under Ubuntu's name: the release, and its last point release among the updates. */
export const baseFiles: readonly { version: string; suite: Suite; point: string }[] = [
  { version: '12ubuntu4', suite: 'jammy', point: '22.04' },
  { version: '12ubuntu4.7', suite: 'jammy-updates', point: '22.04.5' },
];

export function osRelease(point: string): string {
  return `PRETTY_NAME="Ubuntu ${point} LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="${point} LTS (Jammy Jellyfish)"
VERSION_CODENAME=jammy
ID=ubuntu
ID_LIKE=debian
UBUNTU_CODENAME=jammy
`;
}

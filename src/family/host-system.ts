/** What of os-release(5) tells whose packages a host has. */
export interface HostIds {
  readonly id: string;
  /** Words of ID_LIKE. */
  readonly like: readonly string[];
}

/** How a host's own package manager installs, and whose names it uses for packages. */
export interface HostSystem {
  /** Words of the command before the names. */
  readonly install: string;
  readonly names: 'debian' | 'el' | 'suse';
}

const systems: readonly (readonly [words: readonly string[], system: HostSystem])[] = [
  [['debian', 'ubuntu'], { install: 'apt-get install', names: 'debian' }],
  [['fedora', 'rhel', 'centos'], { install: 'dnf install', names: 'el' }],
  [['suse', 'opensuse', 'sles'], { install: 'zypper install', names: 'suse' }],
];

/** Undefined for a distribution that we do not know. */
export function hostSystemOf({ id, like }: HostIds): HostSystem | undefined {
  const words = [id, ...like];
  return systems.find(([known]) => known.some((word) => words.includes(word)))?.[1];
}

/** The package here of a HostTool's `from`, which says Debian's name where it is another one. */
export function packageHere(from: string, names: HostSystem['names']): string {
  const [, other = from, debian = other] = /^(\S+)(?: \(Debian: (\S+)\))?/.exec(from) ?? [];
  return names === 'debian' ? debian : other;
}

import { own } from '../base/own.ts';

/** What the archive of a distribution of deb packages is like. */
export interface DebArchive {
  /** ID of os-release(5). */
  readonly id: string;
  /** Its name for people. */
  readonly title: string;
  /** Release of an osvers, such as `12` or `22.04`. */
  readonly releaseOf: RegExp;
  /** Name of the suite of each release. */
  readonly suites: Readonly<Record<string, string>>;
  /** Components that are used when nobody says otherwise. */
  readonly components: readonly string[];
  /** Last part of a mirror's path, and of the path beside it where security updates lie, if elsewhere. */
  readonly securityPath?: { readonly from: string; readonly to: string };
  /** Architectures of its main mirrors, as deb packages name them; undefined: all of them. */
  readonly mainArchitectures?: readonly string[];
  /** Attribute of the site that names a mirror. */
  readonly siteAttribute: string;
  readonly keyring: {
    /** Files that hold the keys of all releases; the first that is there counts. */
    readonly files: readonly string[];
    /** Names of files with its keys in the folder of keys that the host trusts; used without such a file. */
    readonly trusted: RegExp;
    /** What brings the files. */
    readonly packages: string;
  };
}

/** Where a host keeps its own sources of packages. */
export const hostSources = {
  file: '/etc/apt/sources.list',
  folder: '/etc/apt/sources.list.d',
  trusted: '/etc/apt/trusted.gpg.d',
} as const;

const debianArchive: DebArchive = {
  id: 'debian',
  title: 'Debian',
  releaseOf: /^debian(\d+)/,
  suites: { '11': 'bullseye', '12': 'bookworm', '13': 'trixie' },
  components: ['main'],
  securityPath: { from: 'debian', to: 'debian-security' },
  siteAttribute: 'debian_apt_mirror',
  keyring: {
    files: [
      '/usr/share/keyrings/debian-archive-keyring.gpg',
      '/usr/share/keyrings/debian-archive-keyring.pgp',
    ],
    trusted: /^debian-archive-.*\.(gpg|asc)$/,
    packages: 'debian-archive-keyring (debian-keyring where the host has packages of type rpm)',
  },
};

const ubuntuArchive: DebArchive = {
  id: 'ubuntu',
  title: 'Ubuntu',
  releaseOf: /^ubuntu(\d+\.\d+)/,
  suites: { '20.04': 'focal', '22.04': 'jammy', '24.04': 'noble', '26.04': 'resolute' },
  components: ['main', 'universe'],
  mainArchitectures: ['amd64', 'i386'],
  siteAttribute: 'ubuntu_apt_mirror',
  keyring: {
    files: [
      '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
      '/usr/share/keyrings/ubuntu-archive-keyring.pgp',
    ],
    trusted: /^ubuntu-keyring-.*\.(gpg|asc)$/,
    packages: 'ubuntu-keyring (ubuntu-archive-keyring on Debian, ubu-keyring on EL)',
  },
};

export const debArchives: readonly DebArchive[] = [debianArchive, ubuntuArchive];

/** The archive of an osvers; undefined for distributions of other packages. */
export function debArchiveOf(osvers: string): DebArchive | undefined {
  return debArchives.find(({ releaseOf }) => releaseOf.test(osvers));
}

/** Name of the suite of an osvers, such as `jammy` for ubuntu22.04.3; undefined for one that is not known. */
export function suiteOf(osvers: string): string | undefined {
  const archive = debArchiveOf(osvers);
  const release = archive?.releaseOf.exec(osvers)?.[1] ?? '';
  return archive === undefined ? undefined : own(archive.suites, release);
}

/** The osvers of a suite's name, such as `debian12` of bookworm; undefined for one that is not known. */
export function osversOfSuite(suite: string): string | undefined {
  for (const { id, suites } of debArchives) {
    const found = Object.entries(suites).find(([, name]) => name === suite.toLowerCase());
    if (found !== undefined) return `${id}${found[0]}`;
  }
  return undefined;
}

const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  x86: 'i386',
  aarch64: 'arm64',
  ppc64le: 'ppc64el',
};

/** Name of an osarch in deb packages. */
export function debArchitecture(arch: string): string {
  return own(architectures, arch) ?? arch;
}

/** One package of an image, whatever its manager calls it. */
export interface PackageId {
  readonly type: 'rpm' | 'deb';
  readonly name: string;
  /** With epoch (where it is not 0) and release or revision: `1:5.2-3.el9`, `1:9.2p1-2+deb12u3`. */
  readonly version: string;
  /** Empty where there is none, as of keys. */
  readonly arch: string;
  /**
   * Hex digest of what describes the package and the digests of its files (rpm: the header; deb: its part of
   * dpkg's database with its lists).
   */
  readonly digest?: string;
  /** Of deb: name and version of the source that it was built from, where they are not its own. */
  readonly builtFrom?: { readonly name: string; readonly version: string };
  /** Bytes of its files when it is installed. */
  readonly size?: number;
  /** Address of the repository it came from; `file` for one named by its path. */
  readonly repository?: string;
}

/**
 * A package in one word, as people of its distribution write it: `bash-5.2-3.el9.x86_64`; as in the names of
 * .deb files, but with the epoch: `openssh-server_1:9.2p1-2+deb12u3_amd64`.
 */
export function packageWord(one: Pick<PackageId, 'type' | 'name' | 'version' | 'arch'>): string {
  return one.type === 'rpm' ? nevra(one) : [one.name, one.version, one.arch].join('_');
}

/** `bash-5.2-3.el9.x86_64`, as rpm and its managers write a package. */
export function nevra({ name, version, arch }: Pick<PackageId, 'name' | 'version' | 'arch'>): string {
  return `${name}-${version}${arch === '' ? '' : `.${arch}`}`;
}

/** What packageWord() wrote, taken apart; the two forms cannot be mistaken for each other. */
export function parsePackageWord(word: string): Pick<PackageId, 'type' | 'name' | 'version' | 'arch'> {
  const [, debName, debVersion = '', debArch = ''] = /^([^_]+)_([^_]+)_([a-z][a-z0-9-]*)$/.exec(word) ?? [];
  if (debName !== undefined) return { type: 'deb', name: debName, version: debVersion, arch: debArch };
  const dot = word.lastIndexOf('.');
  // Keys (`gpg-pubkey-8d8b756f-629a1f4c`) have no architecture.
  const hasArch = dot > 0 && /^[a-z]\w*$/.test(word.slice(dot + 1)) && !word.startsWith('gpg-pubkey-');
  const arch = hasArch ? word.slice(dot + 1) : '';
  const rest = hasArch ? word.slice(0, dot) : word;
  const [, name = rest, version = ''] = /^(.+)-([^-]+-[^-]+)$/.exec(rest) ?? [];
  return { type: 'rpm', name, version, arch };
}

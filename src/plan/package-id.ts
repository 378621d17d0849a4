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

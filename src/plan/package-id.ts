/** One package of an image, whatever its manager calls it. */
export interface PackageId {
  readonly type: 'rpm' | 'deb';
  readonly name: string;
  /** With epoch (where it is not 0) and release: `1:5.2-3.el9`. */
  readonly version: string;
  /** Empty where there is none, as of keys. */
  readonly arch: string;
  /** Hex digest of what describes the package and the digests of its files (rpm: the header). */
  readonly digest?: string;
  /** Address of the repository it came from; `file` for one named by its path. */
  readonly repository?: string;
}

/** `bash-5.2-3.el9.x86_64`, as rpm and its managers write a package. */
export function nevra({ name, version, arch }: Pick<PackageId, 'name' | 'version' | 'arch'>): string {
  return `${name}-${version}${arch === '' ? '' : `.${arch}`}`;
}

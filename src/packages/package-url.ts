import { PackageURL } from 'packageurl-js';
import type { PackageId } from '../plan/package-id.ts';

/**
 * The package URL (purl) of a package: `pkg:rpm/rocky/bash@5.2-3.el9?arch=x86_64`. Of rpm packages the epoch
 * is a qualifier, of deb packages a part of the version, as the types are defined.
 */
export function packageUrl({ type, name, version, arch }: PackageId, namespace: string): string {
  const [, epoch, rest = version] = (type === 'rpm' && /^(\d+):(.*)$/.exec(version)) || [];
  const qualifiers = {
    ...(arch === '' ? {} : { arch }),
    ...(epoch === undefined || epoch === '0' ? {} : { epoch }),
  };
  const url = new PackageURL(type, namespace, name, rest, qualifiers, undefined).toString();
  // The library leaves it in versions as it is, where the standard has it encoded.
  return url.replaceAll('+', '%2B');
}

import { join, resolve } from 'node:path';
import { attribute, type ImageDefinition } from './definition.ts';

/** What the folders of a distribution and of an image are called after. */
export interface FolderKey {
  readonly osvers: string;
  readonly arch: string;
  readonly profile: string;
}

/** The installdir of a site that names none, and of a node that knows no site (xCAT). */
export const usualInstalldir = '/install';

/** Where packages are when pkgdir says nothing (xCAT). */
export function usualPkgdir(installdir: string, { osvers, arch }: Omit<FolderKey, 'profile'>): string {
  return join(installdir, osvers, arch);
}

/**
 * Whether a folder is the usual one of some site: a node is given the path, and does not know the site's
 * installdir.
 */
export function isUsualPkgdir(path: string, { osvers, arch }: Omit<FolderKey, 'profile'>): boolean {
  return path.endsWith(`/${osvers}/${arch}`);
}

/** Where other packages are when otherpkgdir says nothing (xCAT). */
export function usualOtherpkgdir(installdir: string, { osvers, arch }: Omit<FolderKey, 'profile'>): string {
  return join(installdir, 'post/otherpkgs', osvers, arch);
}

/** Where an image is when rootimgdir says nothing (xCAT). */
export function usualRootimgdir(installdir: string, { osvers, arch, profile }: FolderKey): string {
  return join(installdir, 'netboot', osvers, arch, profile);
}

/** The image folder of a definition, absolute; relative names are relative to `cwd`. */
export function rootimgdirOf(definition: ImageDefinition, installdir: string, cwd: string): string {
  const of = (name: string) => attribute(definition, name) ?? '';
  const key = { osvers: of('osvers'), arch: of('osarch'), profile: of('profile') };
  return resolve(cwd, attribute(definition, 'rootimgdir') ?? usualRootimgdir(installdir, key));
}

import { join } from 'node:path';
import { RootimgError } from '../../src/base/errors.ts';
import { folderOf } from '../../src/family/families.ts';
import { findProfileFile, profileFolders } from '../../src/resolve/profile-search.ts';
import type { QuickstartSource } from './host-repository.ts';

/**
 * Attributes of the quickstart's image as mkdef's words: the files of the profile compute, as copycds would
 * find them.
 */
export async function imageWords(
  { osvers, arch, pkgdir, otherpkgdir, listFile }: QuickstartSource,
  { installdir, netbootDir }: { readonly installdir: string; readonly netbootDir: string },
): Promise<string[]> {
  const profile = 'compute';
  const folders = profileFolders(installdir, netbootDir, folderOf(osvers));
  const find = (extension: string) =>
    findProfileFile('copycds', { profile, osvers, arch }, folders, extension);
  const pkglist = listFile ?? (await find('pkglist'));
  if (pkglist === undefined) {
    throw new RootimgError('no-profile', `No package list fits ${osvers} on ${arch}.`, {
      hint: `Looked for compute.*.pkglist in ${folders.join(' and ')}; docs/profiles.md lists what there is.`,
    });
  }
  const attributes: Readonly<Record<string, string | undefined>> = {
    imagetype: 'linux',
    osname: 'Linux',
    osvers,
    osarch: arch,
    profile,
    provmethod: 'netboot',
    pkgdir,
    pkglist,
    exlist: await find('exlist'),
    postinstall: await find('postinstall'),
    rootimgdir: join(installdir, 'netboot', osvers, arch, profile),
    otherpkgdir,
  };
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value}`],
  );
}

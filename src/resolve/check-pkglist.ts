import type { Problem } from '../base/errors.ts';
import type { BuildRequest } from '../plan/request.ts';
import { splitCommaList } from './comma-list.ts';
import type { CompleteRequest, NodeDefaults } from './node-defaults.ts';
import type { PackageLists } from './package-list.ts';
import { profileFolders } from './profile-search.ts';

/** The problem of a request that names no list, although it is to install packages. */
export function checkPkglist(
  full: CompleteRequest,
  { imageName }: BuildRequest,
  { installdir, netbootDir, family }: Omit<NodeDefaults, 'hostArch'>,
): Problem[] {
  if (full.onlyinitrd || splitCommaList(full.pkglist).names.length > 0) return [];
  const code = 'pkglist-unset';
  if (imageName !== undefined) {
    const message = `No --pkglist is given for the image '${imageName}'.`;
    const hint = `genimage --dryrun ${imageName} on the management node prints the whole line.`;
    return [{ code, message, hint }];
  }
  const folders = profileFolders(installdir, netbootDir, family).join(' and ');
  return [
    {
      code,
      message: `There is no pkglist for profile ${full.profile} of ${full.osvers} on ${full.arch}.`,
      hint: `Give --pkglist, or put ${full.profile}.${full.osvers}.${full.arch}.pkglist into ${folders}.`,
    },
  ];
}

/**
 * xCAT's genimage takes a list without packages: a postinstall script may fill the tree. More often it is a
 * mistake.
 */
export function emptyListWarnings(full: CompleteRequest, lists: readonly PackageLists[]): string[] {
  if (full.onlyinitrd || lists.some(({ passes }) => passes.length > 0)) return [];
  return [`No package is named in pkglist ${full.pkglist}: nothing is installed.`];
}

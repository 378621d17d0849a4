import { osarchOfMachine } from '../base/architecture.ts';
import { withoutUnset } from '../base/without-unset.ts';
import { join } from 'node:path';
import type { BuildRequest } from '../plan/request.ts';
import { findProfileFile, profileFolders } from './profile-search.ts';
import { usualOtherpkgdir, usualPkgdir, usualRootimgdir } from './usual-folders.ts';

export interface NodeDefaults {
  /** `/install` on a node that knows no site. */
  readonly installdir: string;
  /** As `uname -m` says it. */
  readonly hostArch: string;
  readonly netbootDir: string;
  readonly family: string;
}

/** A request that says all that a build needs to know. */
export type CompleteRequest = BuildRequest &
  Required<
    Record<
      | 'imageName'
      | 'arch'
      | 'osvers'
      | 'profile'
      | 'permission'
      | 'kerneldir'
      | 'srcdir'
      | 'otherpkgdir'
      | 'rootimgdir',
      string
    >
  >;

/**
 * Fills in what the node's command line did not say. Without an image name the lists are searched for by
 * profile.
 */
export async function withNodeDefaults(
  request: BuildRequest & { osvers: string; profile: string },
  { installdir, hostArch, netbootDir, family }: NodeDefaults,
): Promise<CompleteRequest> {
  const { osvers, profile } = request;
  const arch = request.arch ?? osarchOfMachine(hostArch);
  const key = { osvers, arch, profile };
  const lists = request.imageName === undefined ? await findLists() : {};
  return {
    ...lists,
    ...withoutUnset(request),
    osvers,
    profile,
    arch,
    imageName: request.imageName ?? `${osvers}-${arch}-netboot-${profile}`,
    permission: request.permission ?? '755',
    kerneldir: request.kerneldir ?? join(installdir, 'kernels'),
    srcdir: request.srcdir ?? usualPkgdir(installdir, key),
    otherpkgdir: request.otherpkgdir ?? usualOtherpkgdir(installdir, key),
    rootimgdir: request.rootimgdir ?? usualRootimgdir(installdir, key),
  };

  async function findLists(): Promise<Partial<BuildRequest>> {
    const folders = profileFolders(installdir, netbootDir, family);
    const find = (extension: string) => findProfileFile('build', key, folders, extension);
    return {
      pkglist: await find('pkglist'),
      otherpkglist: await find('otherpkgs.pkglist'),
      postinstall: await find('postinstall'),
    };
  }
}

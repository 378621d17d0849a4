import { readdir } from 'node:fs/promises';
import { folderOf } from '../family/families.ts';
import { findProfileFile, profileFolders } from './profile-search.ts';
import { usualOtherpkgdir, usualRootimgdir } from './usual-folders.ts';

/** A distribution that copycds has put in place. */
export interface CopiedDistribution {
  readonly osvers: string;
  readonly arch: string;
  /** Where its packages are. */
  readonly pkgdir: string;
  readonly installdir: string;
  readonly netbootDir: string;
}

export interface DefaultOsimage {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface DefaultOsimages {
  readonly images: readonly DefaultOsimage[];
  /** Where profiles were looked for. */
  readonly folders: readonly string[];
}

/**
 * The stateless and statelite images that a distribution gets by itself, a pair for each profile whose
 * package list is found by copycds' search order (xCAT: for the profile compute only). Sorted by name.
 */
export async function defaultOsimages(distribution: CopiedDistribution): Promise<DefaultOsimages> {
  const { osvers, arch, installdir, netbootDir } = distribution;
  const folders = profileFolders(installdir, netbootDir, folderOf(osvers));
  const images: DefaultOsimage[] = [];
  for (const profile of await profilesIn(folders)) {
    const find = (extension: string) =>
      findProfileFile('copycds', { profile, osvers, arch }, folders, extension);
    const pkglist = await find('pkglist');
    if (pkglist === undefined) continue;
    const lists = {
      pkglist,
      otherpkglist: await find('otherpkgs.pkglist'),
      exlist: await find('exlist'),
      postinstall: await find('postinstall'),
      synclists: await find('synclist'),
    };
    for (const provmethod of ['netboot', 'statelite']) {
      const attributes = { ...commonAttributes(distribution, profile), provmethod, ...lists };
      const set = Object.entries(attributes).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      );
      images.push({ name: `${osvers}-${arch}-${provmethod}-${profile}`, attributes: new Map(set) });
    }
  }
  return { images: images.sort((a, b) => (a.name < b.name ? -1 : 1)), folders };
}

function commonAttributes(distribution: CopiedDistribution, profile: string): Record<string, string> {
  const { osvers, arch, pkgdir, installdir } = distribution;
  return {
    imagetype: 'linux',
    osname: 'Linux',
    osvers,
    osarch: arch,
    osdistroname: `${osvers}-${arch}`,
    profile,
    pkgdir,
    otherpkgdir: usualOtherpkgdir(installdir, { osvers, arch }),
    rootimgdir: usualRootimgdir(installdir, { osvers, arch, profile }),
  };
}

/** Names of all profiles that have a package list of some release: what stands before the first dot. */
async function profilesIn(folders: readonly string[]): Promise<string[]> {
  const profiles = new Set<string>();
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.pkglist') || name.endsWith('.otherpkgs.pkglist')) continue;
      const profile = name.split('.')[0];
      if (profile) profiles.add(profile);
    }
  }
  return [...profiles].sort();
}

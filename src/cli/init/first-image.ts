import type { DefinitionObject } from '../../definition/object.ts';
import { defaultOsimages } from '../../resolve/default-osimages.ts';
import { hostOsarch, hostOsvers } from '../definitions/def-host.ts';

/** The profile that copycds defines images of, too. */
const profile = 'compute';

/**
 * The image of this host's own distribution, with the lists that copycds would give it; undefined where no
 * list fits. It names no repositories.
 */
export async function firstImage(
  installdir: string,
  netbootDir: string,
): Promise<{ readonly osvers: string; readonly image: DefinitionObject | undefined }> {
  const osvers = (await hostOsvers()) ?? 'unknown';
  const places = { osvers, arch: hostOsarch(), pkgdir: '', installdir, netbootDir };
  const { images } = await defaultOsimages(places);
  const found = images.find(
    ({ attributes }) => attributes.get('profile') === profile && attributes.get('provmethod') === 'netboot',
  );
  if (found === undefined) return { osvers, image: undefined };
  const attributes = new Map([...found.attributes].filter(([key]) => key !== 'pkgdir'));
  return { osvers, image: { type: 'osimage', name: found.name, attributes, origins: new Map() } };
}

import { debian } from './debian.ts';
import { el } from './el.ts';
import type { Family } from './family.ts';
import { suse } from './suse.ts';

/** All that we know. */
export const families: readonly Family[] = [el, suse, debian];

/**
 * Name of the netboot folder of an osvers, such as `rh` for rhels9.4. xCAT: digits and dots go; whatever then
 * holds `rh` is rh; SUSE service packs (`sles11sp1`) and openSUSE Leap 15 use sles, and so
 * does Leap 16 (ours).
 */
export function folderOf(osvers: string): string {
  const letters = osvers.replace(/[\d. ]/g, '');
  if (letters.includes('rh')) return 'rh';
  if (letters.includes('sles') && letters.includes('sp')) return 'sles';
  if (/^leap1[56]/.test(osvers)) return 'sles';
  return letters;
}

/**
 * The family of a netboot folder; a folder that no family names is taken for one of EL's, the usual case of a
 * rebuild under another name.
 */
export function familyOf(folder: string): Family {
  return families.find(({ folders }) => folders.includes(folder)) ?? el;
}

/** ID of os-release(5) of the distribution that an osvers names; undefined for one that no family knows. */
export function distributionOf(osvers: string): string | undefined {
  return families.flatMap(({ distributions }) => distributions).find((one) => one.osvers.test(osvers))?.id;
}

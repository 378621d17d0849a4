/**
 * Name of the netboot folder of an osvers, such as `rh` for rhels9.4. xCAT: digits and dots go; whatever then holds `rh` is rh; SUSE service
 * packs (`sles11sp1`) and openSUSE Leap 15 use sles.
 */
export function familyOf(osvers: string): string {
  const letters = osvers.replace(/[\d. ]/g, '');
  if (letters.includes('rh')) return 'rh';
  if (letters.includes('sles') && letters.includes('sp')) return 'sles';
  if (osvers.startsWith('leap15')) return 'sles';
  return letters;
}

const zypperFamilies = new Set(['sles', 'sle', 'suse']);
const aptFamilies = new Set(['ubuntu', 'debian']);

/** The package manager that fills an image of this family. */
export function packageManagerOf(family: string): 'dnf' | 'zypper' | 'apt' {
  if (zypperFamilies.has(family)) return 'zypper';
  return aptFamilies.has(family) ? 'apt' : 'dnf';
}

/** Whether its repositories are folders and addresses with `repodata` in them. */
export function usesRepodata(family: string): boolean {
  return packageManagerOf(family) === 'dnf';
}

/** The major release for `--releasever`: the first number of the osvers (`9` of rocky9.4), or all of it when it has none. */
export function releaseverOf(osvers: string): string {
  return /\d+/.exec(osvers)?.[0] ?? osvers;
}

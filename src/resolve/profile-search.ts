import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Numbers above it are dates or build ids, not releases; counting them down would never end. */
const mostSteps = 999;

/**
 * The releases whose profile files fit an osvers besides its own, nearest first (xCAT: get_os_search_list):
 * rhels9.4 → rhels9.3 … rhels9.0, rhels9. What follows a `-` is cut; a zero-padded last part ends the search;
 * openSUSE Leap 15 may use SLE 15's, and Leap 16 SLE 16's (ours).
 */
export function baseReleases(osvers: string): string[] {
  const servicePack = osvers.includes('sles') ? osvers.lastIndexOf('sp') : -1;
  if (servicePack !== -1) return [osvers.slice(0, servicePack)];
  const found = releaseLadder(osvers.split('-')[0] ?? '');
  const leap = /^leap(1[56])/.exec(osvers)?.[1];
  if (leap !== undefined) found.push(`sle${leap}`);
  return [...new Set(found)].filter((base) => base !== osvers && base !== '');
}

function releaseLadder(release: string): string[] {
  const found: string[] = [];
  const parts = release.split('.');
  for (;;) {
    const last = parts.at(-1);
    if (last === undefined || !/^\d+$/.test(last)) break;
    parts.pop();
    found.push([...parts, last].join('.'));
    if (/^0\d/.test(last)) return found;
    for (const step of countDown(last)) found.push([...parts, step].join('.'));
  }
  found.push(parts.join('.'));
  return found;
}

/** The numbers below `last` down to 0, first with its width (`09`), then without padding (`9`). */
function countDown(last: string): string[] {
  const steps: string[] = [];
  if (Number(last) > mostSteps) return steps;
  for (let step = Number(last) - 1; step >= 0; step -= 1) {
    const padded = String(step).padStart(last.length, '0');
    steps.push(padded);
    if (/^0\d/.test(padded)) steps.push(String(step));
  }
  return steps;
}

export interface ProfileKey {
  readonly profile: string;
  readonly osvers: string;
  readonly arch: string;
}

/** `build`: genimage -o -a -p without an image name; `copycds`: the making of default definitions. */
export type SearchOrder = 'build' | 'copycds';

/** Names of profile files without their extension, the best first. */
export function profileNames(order: SearchOrder, { profile, osvers, arch }: ProfileKey): string[] {
  const bases = baseReleases(osvers);
  // xCAT's generic name (rhels9) comes early in copycds.
  const short = osvers.split('.')[0] ?? osvers;
  const generic = bases.includes(short) ? [short] : [];
  const suffixes =
    order === 'build'
      ? [...[osvers, ...bases].map((base) => `${base}.${arch}`), arch, ...[osvers, ...bases]]
      : [...[osvers, ...generic, ...bases].flatMap((base) => [`${base}.${arch}`, base]), arch];
  return [...new Set(suffixes.map((suffix) => `${profile}.${suffix}`)), profile];
}

/** The folders of profile files, best first: the site's own, then the one that came with the program. */
export function profileFolders(installdir: string, netbootDir: string, family: string): string[] {
  return [join(installdir, 'custom/netboot', family), join(netbootDir, family)];
}

/**
 * The best readable profile file with this extension (`pkglist`, `otherpkgs.pkglist`, `exlist`,
 * `postinstall`, `synclist`), or undefined.
 */
export async function findProfileFile(
  order: SearchOrder,
  key: ProfileKey,
  folders: readonly string[],
  extension: string,
): Promise<string | undefined> {
  const names = profileNames(order, key);
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, `${name}.${extension}`);
      if (await isReadableFile(path)) return path;
    }
  }
  return undefined;
}

async function isReadableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

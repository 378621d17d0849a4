import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import type { Reporter } from '../report/reporter.ts';
import { isMarker } from './markers.ts';
import type { Medium, MediumEntry } from './medium.ts';
import {
  isSameDisc,
  type NewDisc,
  readWhatLiesThere,
  refuseOtherRelease,
  replaces,
} from './what-lies-there.ts';

/** One disc of a distribution; `folder`: see Recognised. */
export interface Disc extends NewDisc {
  readonly folder: string | undefined;
}

/** A disc, and what of it is copied. */
export interface DiscCopy {
  readonly disc: Disc;
  /** The disc without what is left out. */
  readonly part: Medium;
  /** Files of the disc whose names another disc has: those stay. */
  readonly left: readonly MediumEntry[];
}

/**
 * Decides for each disc what of it is copied to `target`. Discs that share a folder come in the order of
 * their set, and none takes away what another brought. Throws `other-release`, `other-medium` or `disc-clash`
 * when a disc does not go with what lies there.
 */
export async function planDiscs(target: string, discs: readonly Disc[]): Promise<DiscCopy[]> {
  const copies: DiscCopy[] = [];
  const shared = discs.filter(({ folder }) => folder === undefined);
  for (const disc of discs) {
    if (disc.folder === undefined) continue;
    await refuseOtherMedium(join(target, disc.folder), disc);
    copies.push({ disc, part: disc.medium, left: [] });
  }
  if (shared.length > 0) copies.push(...(await planShared(target, shared)));
  return copies;
}

/** A folder of one disc is replaced as a whole: by that disc, and by nothing else. */
async function refuseOtherMedium(path: string, disc: Disc): Promise<void> {
  const there = await readWhatLiesThere(path);
  if (there === undefined || isSameDisc(disc, there)) return;
  const name = /^media\.\d+\/media$/;
  const lying = [...there.facts.texts].find(([file]) => name.test(file))?.[1].split('\n')[0];
  throw new RootimgError(
    'other-medium',
    `${path} holds ${lying === undefined ? 'something else' : `"${lying}"`}, not ${disc.medium.path}.`,
    { hint: `Name another folder with -p or another distribution with -n, or remove ${path} first.` },
  );
}

async function planShared(target: string, discs: readonly Disc[]): Promise<DiscCopy[]> {
  const there = await readWhatLiesThere(target);
  const kept = new Map<string, 'folder' | 'other'>();
  const copies: DiscCopy[] = [];
  for (const disc of discs) {
    const own = new Map(kept);
    if (there !== undefined) {
      refuseOtherRelease(disc, there);
      if (!replaces(disc, there)) {
        for (const name of there.names) own.set(name, there.folders.has(name) ? 'folder' : 'other');
      }
    }
    copies.push(splitDisc(target, disc, own));
    for (const { path, type } of disc.medium.entries) kept.set(path, type === 'folder' ? type : 'other');
  }
  return copies;
}

function splitDisc(target: string, disc: Disc, kept: ReadonlyMap<string, 'folder' | 'other'>): DiscCopy {
  const { medium } = disc;
  const isClash = ({ path, type }: MediumEntry): boolean => {
    const other = kept.get(path);
    return other !== undefined && (other === 'folder') !== (type === 'folder');
  };
  const clashes = medium.entries.filter(isClash);
  if (clashes.length > 0) {
    throw new RootimgError('disc-clash', `${medium.path} does not fit into ${target}.`, {
      details: clashes.slice(0, 12).map(({ path }) => `  ${path} is a folder on one, and none on the other.`),
      hint: 'Name another folder with -p or another distribution with -n.',
    });
  }
  const left = medium.entries.filter(({ path, type }) => type !== 'folder' && kept.has(path));
  const names = new Set(left.map(({ path }) => path));
  return { disc, left, part: { ...medium, entries: medium.entries.filter(({ path }) => !names.has(path)) } };
}

/** What tells package managers which packages there are. */
function isPackageList(path: string): boolean {
  const dists = /(?:^|\/)dists\//.exec(path);
  const inDists = dists === null ? '' : path.slice(dists.index + dists[0].length);
  return (
    /(?:^|\/)(?:repodata|setup\/descr)\//.test(path) || /\/(?:Packages|Release|InRelease)\b/.test(inDists)
  );
}

/**
 * Says which files of a disc were left out though they differ; what says what a medium is always does.
 * `folder` has the others.
 */
export async function tellLeft(
  target: string,
  folder: string,
  { medium }: Disc,
  left: readonly MediumEntry[],
  reporter: Reporter,
): Promise<void> {
  const differing: string[] = [];
  for (const entry of left) {
    if (isMarker(entry.path) || entry.type === 'link') continue;
    const there = await lstat(join(folder, entry.path));
    const isSame = there.size === entry.size && Math.floor(there.mtimeMs / 1000) === entry.mtime;
    if (!isSame) differing.push(entry.path);
  }
  if (differing.length === 0) return;
  const some = differing.slice(0, 3).join(', ') + (differing.length > 3 ? ' …' : '');
  const text = `${differing.length} files of ${medium.path} are in ${target} already, of another disc, and stay as they are: ${some}.`;
  if (!differing.some(isPackageList)) return reporter.info(text);
  reporter.warn(
    `${text} The package lists are that disc's: run createrepo there, or copy this one to a folder of its own (-p).`,
  );
}

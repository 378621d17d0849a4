import { sizeWords } from '../base/size-words.ts';
import { lstat, mkdir, readlink, realpath, rm, statfs, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { flushMadeFolder } from '../base/flush.ts';
import { inPhase, type Reporter } from '../report/reporter.ts';
import { writeFileAtomic } from '../system/publish.ts';
import { stopSignal } from '../system/signals.ts';
import { copyDisc, missingBytes } from './copy-disc.ts';
import { contentKey, fingerprintName, fingerprintOf, readFingerprints } from './fingerprint.ts';
import { type Disc, type DiscCopy, planDiscs, tellLeft } from './plan-discs.ts';
import {
  discardCopy,
  leaveCopy,
  openCopy,
  prepareTree,
  publishCopy,
  type UnfinishedCopy,
} from './unfinished-copy.ts';
import { discNumber } from './what-lies-there.ts';

export interface Distribution {
  /** The folder that the discs go to. */
  readonly path: string;
  readonly discs: readonly Disc[];
  /** For the lock: what people typed. */
  readonly command: string;
}

/**
 * Copies the discs of one distribution into its folder. Readers of the folder see its old state or the whole
 * new one; a copy that was stopped or killed goes on when the same discs are given again. Only the disc that
 * lies there already, or one that comes before it in its set, takes the place of what is there.
 */
export async function copyDistribution(distribution: Distribution, reporter: Reporter): Promise<void> {
  const { path, command } = distribution;
  const discs = [...distribution.discs].sort((a, b) => discNumber(a.found) - discNumber(b.found));
  await refuseOverlap(path, discs);
  const copy = await openCopy(path, command);
  const copies = await planDiscs(copy.target, discs).catch(async (error: unknown) => {
    await leaveCopy(copy);
    throw error;
  });
  try {
    const key = discs.map(({ medium, folder }) => `${folder ?? ''}:${contentKey(medium)}`).join(' ');
    const folders = discs.flatMap(({ folder }) => (folder === undefined ? [] : [folder]));
    if (await prepareTree(copy, key, folders)) reporter.info('Going on with the copy that was stopped.');
    await checkRoom(copy, copies);
    for (const { disc, part, left } of copies) {
      const folder = folderOf(copy.tree, disc);
      await inPhase(reporter, `Copying ${disc.medium.path}`, (phase) => copyDisc(part, folder, phase));
      await tellLeft(copy.target, folder, disc, left, reporter);
    }
    await writeFingerprints(copy, discs);
    await inPhase(reporter, `Publishing ${copy.target}`, () => publishCopy(copy));
  } catch (error) {
    // After a failure of its own bsdtar leaves a file that looks whole: only a copy that was stopped can go
    // on.
    if (stopSignal.aborted) {
      copy.release();
      reporter.info(`What was copied so far is in ${copy.folder}: the same command goes on from there.`);
    } else {
      await discardCopy(copy).catch((failure: unknown) => {
        reporter.warn(`${copy.folder} could not be removed: ${String(failure)}`);
      });
    }
    throw error;
  }
}

function folderOf(tree: string, { folder }: Disc): string {
  return folder === undefined ? tree : join(tree, folder);
}

/**
 * True for each disc that the distribution's folder has already; undefined when nothing says what the folder
 * holds.
 */
export async function discsThere(path: string, discs: readonly Disc[]): Promise<boolean[] | undefined> {
  const known = await readFingerprints(path);
  return known && discs.map(({ medium }) => known.includes(fingerprintOf(medium)));
}

/**
 * Makes the usual folder of a distribution a link to where it was copied; a folder of its own there stays,
 * and false is given.
 */
export async function linkUsualPath(usual: string, path: string): Promise<boolean> {
  const there = await lstat(usual).catch(() => undefined);
  if (there !== undefined && !there.isSymbolicLink()) return false;
  if (there !== undefined) {
    if ((await readlink(usual)) === path) return true;
    await rm(usual);
  }
  const firstMade = await mkdir(dirname(usual), { recursive: true });
  await symlink(path, usual);
  await flushMadeFolder(dirname(usual), firstMade);
  return true;
}

async function writeFingerprints({ tree }: UnfinishedCopy, discs: readonly Disc[]): Promise<void> {
  const known = (await readFingerprints(tree)) ?? [];
  const all = new Set([...known, ...discs.map(({ medium }) => fingerprintOf(medium))]);
  await writeFileAtomic(join(tree, fingerprintName), [...all].map((print) => `${print},`).join(''));
}

/** A folder cannot be copied into itself, nor can what is being read be replaced. */
async function refuseOverlap(path: string, discs: readonly Disc[]): Promise<void> {
  const target = await realpath(path).catch(() => path);
  for (const { medium } of discs) {
    if (medium.kind !== 'folder') continue;
    const source = await realpath(medium.path);
    if (!`${source}/`.startsWith(`${target}/`) && !`${target}/`.startsWith(`${source}/`)) continue;
    throw new RootimgError(
      'copy-overlap',
      `${medium.path} and its destination ${path} lie within each other.`,
      {
        hint: 'Name another destination with -p.',
      },
    );
  }
}

async function checkRoom({ folder, tree }: UnfinishedCopy, copies: readonly DiscCopy[]): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  let needed = 0;
  for (const { disc, part } of copies) needed += await missingBytes(part, folderOf(tree, disc));
  if (bavail * bsize >= needed) return;
  const message = `${dirname(folder)} has room for ${sizeWords(bavail * bsize)}, but the copy needs ${sizeWords(needed)}.`;
  throw new RootimgError('no-room', message, { hint: 'Make room, or name another destination with -p.' });
}

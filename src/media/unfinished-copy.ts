import { exists } from '../base/exists.ts';
import { followedPath } from '../base/followed-path.ts';
import { mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../base/regular-file.ts';
import { RootimgError } from '../base/errors.ts';
import { flushFile } from '../base/flush.ts';
import { run } from '../system/exec.ts';
import { flushTree } from '../system/flush-tree.ts';
import { requireSafeFolder } from '../base/safe-folder.ts';
import { lockImageDir, lockName } from '../system/lock.ts';
import { writeFileAtomic } from '../system/publish.ts';

const stateSchema = z.object({ key: z.string() });

/** The folder beside a distribution's in which its next state grows. */
export interface UnfinishedCopy {
  readonly folder: string;
  /** What will be the distribution's folder. */
  readonly tree: string;
  /** The distribution's folder, all links resolved. */
  readonly target: string;
  /** Ends the lock; the folder stays for the next run unless it was published. */
  readonly release: () => void;
}

/**
 * Where the copy of a distribution grows: beside it, so that it can be renamed, and never below a folder that
 * genimage searches.
 */
function copyFolder(target: string): string {
  return join(dirname(target), `.rootimg-copycds-${basename(target)}`);
}

/** Takes the lock of a distribution's folder, and ends what a killed run had begun to put in place. */
export async function openCopy(path: string, command: string): Promise<UnfinishedCopy> {
  await requireSafeFolder(dirname(path), 'parent');
  await mkdir(dirname(path), { recursive: true });
  const target = await realpath(path).catch(() => followedPath(path));
  const folder = copyFolder(target);
  await mkdir(folder, { recursive: true });
  const release = await lockImageDir(folder, command);
  try {
    await finishSwap(folder, target);
  } catch (error) {
    release();
    throw error;
  }
  return { folder, tree: join(folder, 'tree'), target, release };
}

/**
 * Prepares the next state of the distribution: what is there already, as hard links, without the folders in
 * `replaced`. `key` names the discs: with another one than the stopped copy had, that copy is thrown away.
 * True when a copy that was stopped goes on.
 */
export async function prepareTree(
  { folder, tree, target }: UnfinishedCopy,
  key: string,
  replaced: readonly string[],
): Promise<boolean> {
  const wanted = `${key} ${await identityOf(target)}`;
  if ((await readState(folder)) === wanted && (await exists(tree))) return true;
  await rm(join(folder, 'state.json'), { force: true });
  await rm(tree, { recursive: true, force: true });
  await linkTree(target, tree);
  for (const name of replaced) await rm(join(tree, name), { recursive: true, force: true });
  await writeFileAtomic(join(folder, 'state.json'), `${JSON.stringify({ key: wanted })}\n`);
  return false;
}

/** Ends the lock before anything was copied; what a stopped copy left stays. */
export async function leaveCopy({ folder, release }: UnfinishedCopy): Promise<void> {
  const names = await readdir(folder);
  if (names.every((name) => name === lockName)) await rm(folder, { recursive: true, force: true });
  release();
}

/**
 * Puts the finished tree in the distribution's place: by one rename, or by two when there is one already,
 * whose gap the next run closes.
 */
export async function publishCopy({ folder, tree, target, release }: UnfinishedCopy): Promise<void> {
  await flushTree(tree);
  await rm(join(folder, 'state.json'), { force: true });
  if (await exists(target)) await rename(target, join(folder, 'old'));
  await rename(tree, target);
  await flushFile(dirname(target));
  await rm(folder, { recursive: true, force: true });
  release();
}

/**
 * Takes away a copy that failed; the distribution's folder is as it was, also when it was moved aside
 * already.
 */
export async function discardCopy({ folder, target, release }: UnfinishedCopy): Promise<void> {
  try {
    const old = join(folder, 'old');
    if ((await exists(old)) && !(await exists(target))) await rename(old, target);
    await rm(folder, { recursive: true, force: true });
  } finally {
    release();
  }
}

/** A run that was killed between the two renames left the old state aside; the new one was whole by then. */
async function finishSwap(folder: string, target: string): Promise<void> {
  const old = join(folder, 'old');
  if (!(await exists(old))) return;
  if (!(await exists(target))) await rename(join(folder, 'tree'), target);
  await rm(old, { recursive: true, force: true });
}

/**
 * Hard links cost no room, and a file of the old state is never written to: what differs is unlinked first.
 */
async function linkTree(target: string, tree: string): Promise<void> {
  if (!(await exists(target))) return void (await mkdir(tree, { mode: 0o755 }));
  const parent = await stat(dirname(target));
  const own = await stat(target);
  if (!own.isDirectory()) throw new RootimgError('target-no-folder', `${target} is not a folder.`);
  if (own.dev !== parent.dev) {
    throw new RootimgError(
      'target-mounted',
      `${target} is a mount point and cannot be replaced as a whole.`,
      {
        hint: 'Name a folder below it with -p.',
      },
    );
  }
  await run(['cp', '-al', '--', target, tree], { action: `link the files of ${target}` });
}

/** Which state of the distribution a copy was begun from. */
async function identityOf(target: string): Promise<string> {
  const found = await stat(target).catch(() => undefined);
  return found === undefined ? 'new' : `${found.dev}:${found.ino}`;
}

async function readState(folder: string): Promise<string | undefined> {
  const text = await readTextFile(join(folder, 'state.json')).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return stateSchema.safeParse(JSON.parse(text)).data?.key;
  } catch {
    return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRegularFileSync } from '../base/regular-file.ts';
import { isKnownAlive, isKnownDead, type LockHolder, parseHolder } from './lock-holder.ts';
import { stopSignal } from './signals.ts';
import { temporaryPath } from './temp.ts';

/** Milliseconds. */
export interface LeaseTimes {
  /** Between two renewals. */
  readonly renew: number;
  /** Without a renewal for so long the holder is taken for dead. */
  readonly stale: number;
  /** Who takes over a stale lease looks after so long whether another did the same. */
  readonly settle: number;
}
export const usualTimes: LeaseTimes = { renew: 15_000, stale: 90_000, settle: 3_000 };

/** Stands in the folder as long as somebody holds its lease. */
export const leaseName = '.rootimg.lease';

export type LeaseOutcome = { readonly release: () => void } | { readonly heldBy: LockHolder | undefined };

/**
 * Takes the lease of a folder whose file system keeps no locks: a file that the holder writes again and
 * again. Whether it is still being written is judged by its process where that is one of this host, else by
 * the clock of the file server, which sets the times of this file and of one that we make to compare, and
 * then by watching it.
 * `onLost` is called when somebody took the lease away, as after a long sleep of this machine.
 */
export async function takeLease(
  folder: string,
  holder: LockHolder,
  onLost: () => void,
  times: LeaseTimes = usualTimes,
): Promise<LeaseOutcome> {
  const path = join(folder, leaseName);
  const id = randomBytes(8).toString('hex');
  const content = `${JSON.stringify({ ...holder, id })}\n`;
  const taken = create(path, content) || (await takeOver(folder, path, content, times));
  if (!taken) return { heldBy: parseHolder(read(path) ?? '') };
  const timer = setInterval(() => {
    if (renew(path, content)) return;
    clearInterval(timer);
    onLost();
  }, times.renew);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (read(path) === content) rmSync(path, { force: true });
    },
  };
}

/**
 * Writes a lease again; false when it is no longer the one that we wrote. A file server that fails for a
 * moment takes nothing away.
 */
function renew(path: string, content: string): boolean {
  try {
    if (readRegularFileSync(path).toString('utf8') !== content) return false;
    writeFileSync(path, content, { flag: 'r+' });
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
  return true;
}

/** O_EXCL is one step on the server, too. */
function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Of several that take over the same stale lease the last to rename has it. */
async function takeOver(folder: string, path: string, content: string, times: LeaseTimes): Promise<boolean> {
  const found = await judge(folder, path, times);
  if (found === 'gone') return create(path, content);
  if (found === 'alive') return false;
  const mine = temporaryPath(folder, 'lease');
  writeFileSync(mine, content, { flag: 'wx' });
  renameSync(mine, path);
  await sleep(times.settle);
  return read(path) === content;
}

type State = 'gone' | 'alive' | 'dead';

async function judge(folder: string, path: string, times: LeaseTimes): Promise<State> {
  const text = read(path);
  const lease = statSync(path, { throwIfNoEntry: false });
  if (text === undefined || lease === undefined) return 'gone';
  const holder = parseHolder(text);
  if (holder !== undefined && isKnownDead(holder)) return 'dead';
  if (holder !== undefined && isKnownAlive(holder)) return 'alive';
  const age = serverTime(folder) - lease.mtimeMs;
  if (age >= 0 && age <= times.stale) return 'alive';
  return watch(path, lease.mtimeMs, text, times);
}

/**
 * A time that is long past, or has yet to come, may only say that the server's clock was set: who lives
 * writes again while we look, for two renewals by our own clock, which nobody sets.
 */
async function watch(path: string, mtime: number, text: string, times: LeaseTimes): Promise<State> {
  const begun = performance.now();
  while (performance.now() - begun < 2 * times.renew + times.settle) {
    await sleep(times.settle, undefined, { signal: stopSignal }).catch(() => stopSignal.throwIfAborted());
    const now = statSync(path, { throwIfNoEntry: false });
    if (now === undefined) return 'gone';
    if (now.mtimeMs !== mtime || read(path) !== text) return 'alive';
  }
  return 'dead';
}

/** Now, by the clock that stamps the files of this folder. */
function serverTime(folder: string): number {
  const probe = temporaryPath(folder, 'clock');
  writeFileSync(probe, '', { flag: 'wx' });
  try {
    return statSync(probe).mtimeMs;
  } finally {
    rmSync(probe, { force: true });
  }
}

function read(path: string): string | undefined {
  try {
    return readRegularFileSync(path).toString('utf8');
  } catch {
    return undefined;
  }
}

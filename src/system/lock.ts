import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { RootimgError } from '../errors.ts';
import { runWithFd } from './exec.ts';

const holderSchema = z.object({ host: z.string(), pid: z.number(), since: z.string(), command: z.string() });
export type LockHolder = z.infer<typeof holderSchema>;

/** The file that the kernel's lock of an image folder is taken on; it stays, empty of meaning, when nobody holds it. */
export const lockName = '.rootimg.lock';

/**
 * Takes the lock of an image folder (by its real path), or throws `locked` naming the holder. The kernel keeps it (flock on an open file
 * that we hold) until the returned function is called or this process dies.
 */
export async function lockImageDir(rootimgdir: string, command: string): Promise<() => void> {
  const folder = await realpath(rootimgdir);
  const path = `${folder}/${lockName}`;
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    // flock(1) locks the open file that we share with it; the lock stays ours after it has ended.
    const taken = await runWithFd(['flock', '--exclusive', '--nonblock', '3'], fd);
    if (!taken) throw await lockedError(path, folder);
    if (!isSameFile(fd, path)) {
      // A holder that failed took its new lock file away again while we waited to open it.
      closeSync(fd);
      return lockImageDir(rootimgdir, command);
    }
    const holder: LockHolder = {
      host: hostname(),
      pid: process.pid,
      since: new Date().toISOString(),
      command,
    };
    await writeFile(path, `${JSON.stringify(holder)}\n`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return () => closeSync(fd);
}

function isSameFile(fd: number, path: string): boolean {
  const open = fstatSync(fd);
  const named = statSync(path, { throwIfNoEntry: false });
  return named !== undefined && named.ino === open.ino && named.dev === open.dev;
}

async function lockedError(path: string, folder: string): Promise<RootimgError> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const holder = parseHolder(text);
  const who = holder
    ? `${holder.command} on ${holder.host} (process ${holder.pid}) since ${holder.since}`
    : 'another process';
  return new RootimgError('locked', `${folder} is in use by ${who}.`, {
    hint: 'Wait until it has ended, then try again.',
  });
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

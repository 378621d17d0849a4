import { closeSync, constants, fchmodSync, fstatSync, openSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../base/errors.ts';
import { runWithFd } from './exec.ts';

/**
 * `held`: somebody else has it. `unsupported`: this file system keeps no such locks (NFS without its lock
 * service, some of FUSE).
 */
export type FlockOutcome = 'taken' | 'held' | 'unsupported';

/**
 * Tries the kernel's lock of an open file. flock(1) locks the open file that we share with it; the lock stays
 * ours after it has ended, until we close the file or die.
 */
export async function tryFlock(
  fd: number,
  mode: 'exclusive' | 'shared' = 'exclusive',
): Promise<FlockOutcome> {
  return flock(fd, [`--${mode}`, '--nonblock']);
}

async function flock(fd: number, options: readonly string[]): Promise<FlockOutcome> {
  // sysexits(3), which flock(1) ends with when the file system refuses: EX_DATAERR, EX_OSERR.
  const refusals = [65, 71];
  const status = await runWithFd(['flock', ...options, '3'], fd, [0, 1, ...refusals]);
  if (status === 0) return 'taken';
  return status === 1 ? 'held' : 'unsupported';
}

/**
 * Mode of a lock file: whoever can open it can hold it, so that it is for those alone who may write its
 * folder.
 */
export function lockMode(folder: string): number {
  return (statSync(folder).mode & 0o020) === 0 ? 0o600 : 0o660;
}

/** Gives a lock file its mode, where it is ours to give. */
export function setLockMode(fd: number, mode: number): void {
  if ((fstatSync(fd).mode & 0o777) === mode) return;
  try {
    fchmodSync(fd, mode);
  } catch {
    // another member of the folder's group made it
  }
}

/** Seconds that waitForFolder waits: its lock is held for moments. */
const patience = 30;

/**
 * Waits for the lock of a folder of small files, and makes the folder where it is not there; gives what
 * releases the lock. Without a lock where the folder cannot be written (the writing that follows says why) or
 * its file system keeps none.
 */
export async function waitForFolder(folder: string): Promise<() => void> {
  const path = join(folder, '.rootimg.lock');
  let fd: number;
  try {
    await mkdir(folder, { recursive: true });
    fd = openSync(path, constants.O_RDONLY | constants.O_CREAT | constants.O_NOFOLLOW, lockMode(folder));
    // An older release made it for all to read, and who can read it can hold it.
    setLockMode(fd, lockMode(folder));
  } catch {
    return () => undefined;
  }
  const outcome = await flock(fd, ['--exclusive', '--wait', String(patience)]);
  if (outcome !== 'held') return () => closeSync(fd);
  closeSync(fd);
  throw new RootimgError('locked', `Another command has held ${path} for ${patience} seconds.`, {
    hint: `fuser -v ${path} names it.`,
  });
}

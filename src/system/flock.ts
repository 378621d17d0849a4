import { runWithFd } from './exec.ts';

/** `held`: somebody else has it. `unsupported`: this file system keeps no such locks (NFS without its lock service, some of FUSE). */
export type FlockOutcome = 'taken' | 'held' | 'unsupported';

/**
 * Tries the kernel's lock of an open file. flock(1) locks the open file that we share with it; the lock stays ours after it has ended, until
 * we close the file or die.
 */
export async function tryFlock(
  fd: number,
  mode: 'exclusive' | 'shared' = 'exclusive',
): Promise<FlockOutcome> {
  // sysexits(3), which flock(1) ends with when the file system refuses: EX_DATAERR, EX_OSERR.
  const refusals = [65, 71];
  const status = await runWithFd(['flock', `--${mode}`, '--nonblock', '3'], fd, [0, 1, ...refusals]);
  if (status === 0) return 'taken';
  return status === 1 ? 'held' : 'unsupported';
}

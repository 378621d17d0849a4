import { closeSync, constants, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { readTextFile } from '../base/regular-file.ts';
import { writeFile } from '../base/write-file.ts';
import { RootimgError } from '../base/errors.ts';
import { lockMode, setLockMode, tryFlock } from './flock.ts';
import { requireSafeFolder } from '../base/safe-folder.ts';
import { type LeaseTimes, takeLease } from './lease.ts';
import { describeHolder, isKnownDead, type LockHolder, parseHolder, thisHolder } from './lock-holder.ts';
import { stopSignal, stopWith } from './signals.ts';

/**
 * The file that the kernel's lock of an image folder is taken on; it stays, empty of meaning, when nobody
 * holds it.
 */
export const lockName = '.rootimg.lock';

export interface LockOptions {
  /** Wait until it is free rather than fail; called once with what there is to wait for. */
  readonly onWait?: (reason: string) => void;
  /** What whoever is refused may do. */
  readonly hint?: string;
  /** Of the lease that stands for the lock where the file system keeps none. */
  readonly leaseTimes?: LeaseTimes;
}

/** The lock options of a program that has `--wait`. */
export function waitOption(program: string, wait: boolean, tell: (text: string) => void): LockOptions {
  return {
    hint: `Wait until it has ended, or let ${program} do so: --wait.`,
    ...(wait ? { onWait: (reason) => tell(`${reason} Waiting …`) } : {}),
  };
}

/** Milliseconds between two looks at a lock that is waited for. */
const waitStep = 1_000;

/**
 * Takes the lock of an image folder (by its real path), or throws `locked` naming the holder. The kernel
 * keeps it (flock on an open file that we hold) until the returned function is called or this process dies;
 * where the file system offers no such lock, a lease does.
 */
export async function lockImageDir(
  rootimgdir: string,
  command: string,
  options: LockOptions = {},
): Promise<() => void> {
  await requireSafeFolder(rootimgdir);
  const folder = await realpath(rootimgdir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new RootimgError('no-folder', `${rootimgdir} does not exist.`, { hint: 'genimage makes it.' });
  });
  for (let told = false; ; told = true) {
    const outcome = await tryLock(folder, thisHolder(command), options);
    if ('release' in outcome) return outcome.release;
    const reason = `${folder} is in use by ${describeHolder(outcome.heldBy)}.`;
    if (options.onWait === undefined) {
      throw new RootimgError('locked', reason, {
        hint: options.hint ?? 'Wait until it has ended, then try again.',
      });
    }
    if (!told) options.onWait(reason);
    await sleep(waitStep, undefined, { signal: stopSignal }).catch(() => stopSignal.throwIfAborted());
  }
}

type LockOutcome = { readonly release: () => void } | { readonly heldBy: LockHolder | undefined };

async function tryLock(folder: string, holder: LockHolder, options: LockOptions): Promise<LockOutcome> {
  const path = `${folder}/${lockName}`;
  const fd = openLock(path, lockMode(folder));
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  try {
    const outcome = await tryFlock(fd);
    if (outcome === 'held') {
      const named = parseHolder(await readTextFile(path).catch(() => ''));
      const isAnybodys = (fstatSync(fd).mode & 0o007) !== 0;
      if (isAnybodys && isSameFile(fd, path) && (named === undefined || isKnownDead(named))) {
        // An older release made it for all to read: whoever holds it is none of us, and holds a file of no
        // meaning from now on.
        unlinkSync(path);
        close();
        return await tryLock(folder, holder, options);
      }
      close();
      // Who has just taken it may not have written its name yet.
      return { heldBy: named && isKnownDead(named) ? undefined : named };
    }
    setLockMode(fd, lockMode(folder));
    if (outcome === 'unsupported') {
      close();
      return await takeLease(folder, holder, () => stopWith(lostError(folder)), options.leaseTimes);
    }
    if (!isSameFile(fd, path)) {
      // A holder that failed took its new lock file away again while we waited to open it.
      close();
      return await tryLock(folder, holder, options);
    }
    await writeFile(path, `${JSON.stringify(holder)}\n`);
  } catch (error) {
    close();
    throw error;
  }
  return { release: close };
}

/** A link of that name is somebody's trap. */
function openLock(path: string, mode: number): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, mode);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOOP')) throw error;
    throw new RootimgError('lock-link', `${path} is a link, no lock of ours.`, {
      cause: error,
      hint: 'Look who made it, and remove it.',
    });
  }
}

function lostError(folder: string): RootimgError {
  return new RootimgError(
    'lock-lost',
    `Another host took over ${folder}, because this one did not renew its lease.`,
    {
      hint: 'This machine slept, or lost its file server for more than a minute. Look what runs there before you try again.',
    },
  );
}

function isSameFile(fd: number, path: string): boolean {
  const open = fstatSync(fd);
  const named = statSync(path, { throwIfNoEntry: false });
  return named !== undefined && named.ino === open.ino && named.dev === open.dev;
}

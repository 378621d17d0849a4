import { join, dirname, resolve } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import type { BuildRequest } from '../../plan/request.ts';

/** What is done with the lock of the image. */
export type LockWord = 'lock' | 'update-lock' | 'locked';

const words = { lock: 'lock', updatelock: 'update-lock', uselock: 'locked' } as const;

/** The word among those that were given; throws `usage` for several. */
export function readLockWord(given: ReadonlySet<string>): LockWord | undefined {
  const found = Object.entries(words)
    .filter(([own]) => given.has(own))
    .map(([, word]) => word);
  if (found.length > 1) {
    throw new RootimgError('usage', `${found.map((word) => `--${word}`).join(' and ')}: give one of them.`);
  }
  return found[0];
}

const elsewhere = ['dryrun', 'on', 'resume'] as const;

/** Throws `usage` for what cannot be done beside the word. */
export function checkLockWord(
  lock: LockWord | undefined,
  request: BuildRequest,
  given: ReadonlySet<string>,
): void {
  if (lock === undefined) return;
  // A lock is made, and packages are kept, on this host.
  const staysHere = lock !== 'locked' || request.keepPackages !== undefined;
  const beside = [
    ...(staysHere ? elsewhere.filter((one) => given.has(one)) : []),
    ...(['interactive', 'onlyinitrd'] as const).filter((field) => request[field]),
  ];
  if (beside.length > 0) {
    const flags = beside.map((one) => `--${one}`).join(' and ');
    throw new RootimgError('usage', `${flags} cannot be used together with --${lock}.`);
  }
  if (request.imageName === undefined) {
    throw new RootimgError('usage', `--${lock} needs the name of an image: locks lie beside definitions.`);
  }
}

/** The lock of an image lies beside its definition; one that xCAT keeps has it in our own folder, `home`. */
export function lockFileOf(name: string, def: string | undefined, home: string, cwd: string): string {
  const folder = def === undefined ? join(home, 'osimage') : dirname(resolve(cwd, def));
  return join(folder, `${name}.lock`);
}

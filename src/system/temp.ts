import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Everything that we write beside a final name begins so; whoever holds the folder's lock may remove it. */
const prefix = '.rootimg-tmp-';

/** A name in `folder` that no run has used; it carries the owner's pid for people who look at it. */
export function temporaryPath(folder: string, suffix: string): string {
  return join(folder, `${prefix}${process.pid}-${randomBytes(4).toString('hex')}-${suffix}`);
}

/** Makes a temporary folder (0700) inside `folder`, on the same file system as the final names. */
export async function temporaryDir(folder: string, suffix: string): Promise<string> {
  const path = temporaryPath(folder, suffix);
  await mkdir(path, { mode: 0o700 });
  return path;
}

/**
 * Removes what killed runs left in `folder` and gives the names. Only for the holder of the folder's lock: it
 * proves that no owner lives.
 */
export async function sweepTemporary(folder: string): Promise<string[]> {
  const stale = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  for (const name of stale) await rm(join(folder, name), { recursive: true, force: true });
  return stale;
}

/** Milliseconds after which nobody writes any more to a file that we have begun: a day. */
const abandoned = 86_400_000;

/**
 * The same for a folder that has no lock, as others may be writing there too: only what has not changed for a
 * day goes.
 */
export async function sweepAbandoned(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((name) => name.startsWith(prefix))) {
    const path = join(folder, name);
    const state = await stat(path).catch(() => undefined);
    if (state !== undefined && state.mtimeMs < Date.now() - abandoned) await rm(path, { force: true });
  }
}

/** Does work with a temporary path; when it fails, what lies there goes. What failed is what is told. */
export async function orRemove<T>(temporary: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A disk that is gone fails this too, and the next run removes what stays.
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushFile } from '../base/flush.ts';
import { naming } from '../base/system-error.ts';
import { orRemove, temporaryPath } from './temp.ts';

/** A finished file that waits beside its final name. */
export interface Unpublished {
  readonly temporary: string;
  readonly final: string;
}

/**
 * Renames finished files over their final names, in this order, and flushes their folder: readers see the old
 * or the new one of each. All lie in one folder. When it fails, what has not got its name is gone.
 */
export async function publishFiles(files: readonly [Unpublished, ...Unpublished[]]): Promise<void> {
  try {
    await Promise.all(files.map(({ temporary }) => flushFile(temporary)));
    for (const { temporary, final } of files) await rename(temporary, final);
  } catch (error) {
    await discard(files.map(({ temporary }) => temporary));
    throw error;
  }
  await flushFile(dirname(files[0].final));
}

/**
 * What failed is what is told: the disk that is full or gone fails the removal too, and the next run removes
 * what stays.
 */
async function discard(temporaries: readonly string[]): Promise<void> {
  await Promise.allSettled(temporaries.map((temporary) => rm(temporary, { force: true })));
}

/** The same for one file. */
export async function publishFile(temporary: string, final: string): Promise<void> {
  await publishFiles([{ temporary, final }]);
}

/** Writes a small file beside its final name; when that fails, nothing is left. */
export async function writeUnpublished(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<Unpublished> {
  const temporary = temporaryPath(dirname(path), 'file');
  await orRemove(temporary, () => writeNew(temporary, content, mode).catch(naming(path)));
  return { temporary, final: path };
}

async function writeNew(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
  } finally {
    // A file server may say only here that its disk is full.
    await handle.close();
  }
}

/** Writes a small file whole or not at all. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  await publishFiles([await writeUnpublished(path, content, mode)]);
}

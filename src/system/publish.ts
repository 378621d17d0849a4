import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryPath } from './temp.ts';

/** Flushes a file's bytes to the disk. */
export async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A finished file that waits beside its final name. */
export interface Unpublished {
  readonly temporary: string;
  readonly final: string;
}

/**
 * Renames finished files over their final names, in this order, and flushes their folder: readers see the old or the new one of each. All lie in
 * one folder.
 */
export async function publishFiles(files: readonly [Unpublished, ...Unpublished[]]): Promise<void> {
  await Promise.all(files.map(({ temporary }) => flushFile(temporary)));
  for (const { temporary, final } of files) await rename(temporary, final);
  await flushFile(dirname(files[0].final));
}

/** The same for one file. */
export async function publishFile(temporary: string, final: string): Promise<void> {
  await publishFiles([{ temporary, final }]);
}

/** Writes a small file beside its final name. */
export async function writeUnpublished(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<Unpublished> {
  const temporary = temporaryPath(dirname(path), 'file');
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
  return { temporary, final: path };
}

/** Writes a small file whole or not at all. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  await publishFiles([await writeUnpublished(path, content, mode)]);
}

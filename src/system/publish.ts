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

/** Renames a finished file in the same file system over its final name and flushes the folder: readers see the old or the new one. */
export async function publishFile(temporary: string, final: string): Promise<void> {
  await flushFile(temporary);
  await rename(temporary, final);
  await flushFile(dirname(final));
}

/** Writes a small file whole or not at all. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  const temporary = temporaryPath(dirname(path), 'file');
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
  await publishFile(temporary, path);
}

import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { naming } from './system-error.ts';

/**
 * Writes a file's bytes, or a folder's names, to the disk: from then on a loss of power takes none of them.
 */
export async function flushFile(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync().catch(naming(path));
  } finally {
    await handle.close();
  }
}

/** Milliseconds. */
const flushInterval = 500;

/**
 * Sends what is written to the disk already while more is written, so that the last flush has little left to
 * do. Its failure is told by that.
 */
export async function flushMeanwhile(file: string, ended: Promise<unknown>): Promise<void> {
  let isEnded = false;
  const end = ended.then(
    () => (isEnded = true),
    () => (isEnded = true),
  );
  while (!isEnded) {
    await Promise.race([end, setTimeout(flushInterval, undefined, { ref: false })]);
    if (!isEnded) await flushFile(file).catch(() => {});
  }
}

/**
 * The names of `folder` and of all that was made for it: `firstMade` is what `mkdir` with `recursive` gave,
 * the topmost folder that was not there before.
 */
export async function flushMadeFolder(folder: string, firstMade: string | undefined): Promise<void> {
  const last = firstMade === undefined ? folder : dirname(firstMade);
  for (let path = folder; ; path = dirname(path)) {
    await flushFile(path);
    if (path === last || path === dirname(path)) return;
  }
}

import { open, stat } from 'node:fs/promises';
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

/** How much of a file that is still being written lies on its disk. */
export interface Flushed {
  /** Waits until so many bytes do, or all that there will be. Throws when they cannot be flushed, or written. */
  upTo(bytes: number): Promise<void>;
}

/** Flushes a file while it is being written, as long as somebody waits for more of it. */
export function flushGrowing(file: string, written: Promise<unknown>): Flushed {
  let flushed = 0;
  const end = written.then(() => Infinity);
  end.catch(() => {});
  const flush = async (): Promise<void> => {
    const known = await Promise.race([end, setTimeout(flushInterval, 0, { ref: false })]);
    const reached = Math.max(known, (await stat(file)).size);
    await flushFile(file);
    flushed = reached;
  };
  let round: Promise<void> | undefined;
  return {
    upTo: async (bytes) => {
      while (flushed < bytes) {
        round ??= flush().finally(() => (round = undefined));
        await round;
      }
    },
  };
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

import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { throwIfStopped } from '../../system/signals.ts';

/** Bytes read at a time. */
const pieceSize = 256 * 1024;

/** How long to wait for more when the writer is behind, in milliseconds. */
const pause = 20;

/**
 * Gives the bytes of a file that another program may still be writing, from the beginning to where it ends
 * once `finished` has resolved. Throws what `finished` throws.
 */
export async function* followFile(path: string, finished: Promise<unknown>): AsyncGenerator<Buffer> {
  let isFinished = false;
  const end = finished.then(() => {
    isFinished = true;
  });
  end.catch(() => {});
  const handle = await open(path, 'r');
  try {
    for (;;) {
      throwIfStopped();
      // Asked before reading: what is written after that is read in the next round.
      const wasFinished = isFinished;
      const buffer = Buffer.allocUnsafeSlow(pieceSize);
      const { bytesRead } = await handle.read(buffer, 0, pieceSize, null);
      if (bytesRead > 0) {
        yield buffer.subarray(0, bytesRead);
      } else if (wasFinished) return;
      else await Promise.race([end, setTimeout(pause)]);
    }
  } finally {
    await handle.close();
  }
}

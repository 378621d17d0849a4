import { createHash } from 'node:crypto';
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { writeAll } from '../../base/write-all.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import { wakeReader } from '../../system/pipe.ts';

const readOnce = promisify(read);

/** Bytes that are gathered for one write: a pipe gives 64 KiB at a time. */
const pieceSize = 1024 * 1024;

/**
 * Writes all that comes out of a pipe to an open file. Gives the digest of what came, made before it was handed
 * to the kernel. Goes on reading while a piece is being written. When the rest is not needed any more it ends,
 * though others may yet have the pipe open.
 */
export async function writeDigested(
  readEnd: number,
  fd: number,
  unneeded?: AbortSignal,
): Promise<DigestedFile> {
  const hash = createHash('sha256');
  let size = 0;
  let [filling, other] = [Buffer.allocUnsafeSlow(pieceSize), Buffer.allocUnsafeSlow(pieceSize)];
  let writing: Promise<void> = Promise.resolve();
  const wake = () => wakeReader(readEnd);
  unneeded?.addEventListener('abort', wake);
  try {
    while (unneeded?.aborted !== true) {
      const piece = filling.subarray(0, await fill(filling, readEnd, unneeded));
      await writing;
      if (piece.length === 0) break;
      hash.update(piece);
      size += piece.length;
      writing = writeAll(fd, piece);
      // Thrown where it is waited for.
      writing.catch(() => {});
      [filling, other] = [other, filling];
    }
  } finally {
    unneeded?.removeEventListener('abort', wake);
    // Also when reading fails: who owns the file closes it then.
    await writing;
  }
  return { sha256: hash.digest('hex'), size };
}

/** Reads as much as comes before the end and fits, and gives how much. */
async function fill(buffer: Buffer, readEnd: number, unneeded?: AbortSignal): Promise<number> {
  let filled = 0;
  while (filled < buffer.length && unneeded?.aborted !== true) {
    const { bytesRead } = await readOnce(readEnd, buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

import { createHash } from 'node:crypto';
import { writeAll } from '../../base/write-all.ts';
import type { DigestedFile } from '../../system/file-digest.ts';

/** Bytes that are gathered for one write: programs hand on 64 KiB at a time. */
const pieceSize = 1024 * 1024;

/**
 * Writes all that comes to an open file. Gives the digest of what came, made before it was handed to the
 * kernel. Goes on reading while a piece is being written.
 */
export async function writeDigested(source: AsyncIterable<Buffer>, fd: number): Promise<DigestedFile> {
  const hash = createHash('sha256');
  let size = 0;
  let pieces: Buffer[] = [];
  let gathered = 0;
  let writing: Promise<void> = Promise.resolve();
  const handOn = async (): Promise<void> => {
    await writing;
    writing = writeAll(fd, Buffer.concat(pieces));
    // Thrown where it is waited for.
    writing.catch(() => {});
    pieces = [];
    gathered = 0;
  };
  try {
    for await (const bytes of source) {
      hash.update(bytes);
      size += bytes.length;
      pieces.push(bytes);
      gathered += bytes.length;
      if (gathered >= pieceSize) await handOn();
    }
    await handOn();
  } finally {
    // Also when the source fails: who owns the file closes it then.
    await writing;
  }
  return { sha256: hash.digest('hex'), size };
}

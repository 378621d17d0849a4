import { createHash } from 'node:crypto';
import { write } from 'node:fs';
import { promisify } from 'node:util';
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

const writeOnce = promisify(write);

/** The kernel may take less than it is given, as where the disk is all but full: then the next call says why. */
async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += (await writeOnce(fd, bytes, at, bytes.length - at, null)).bytesWritten;
  }
}

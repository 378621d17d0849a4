import { write } from 'node:fs';
import { promisify } from 'node:util';

const writeOnce = promisify(write);

/**
 * Writes all bytes to an open file, at a place of it or after what was written to it before. The kernel may
 * take less than it is given, as where the disk is all but full: then the next call says why.
 */
export async function writeAll(fd: number, bytes: Buffer, place?: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const next = place === undefined ? null : place + at;
    at += (await writeOnce(fd, bytes, at, bytes.length - at, next)).bytesWritten;
  }
}

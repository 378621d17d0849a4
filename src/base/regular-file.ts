import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { answered, isHanging } from './answered.ts';

/** The empty file that everybody knows. */
const nullDevice = '/dev/null';

/**
 * Bytes of the largest file that is read as a whole unless a caller says otherwise: none that people write
 * comes near.
 */
const longestFile = 64 * 1024 * 1024;

const chunk = 65_536;
/** Room of the first read at the least: what the kernel answers in /proc/sys comes in one piece or is cut. */
const page = 4096;
/** Opening a pipe does not wait for a writer. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * The bytes of a file from outside: the one way to read one as a whole. Rejects with code EISDIR for a
 * folder, ENOTREG for a device or a pipe, which might never end, ETOOBIG for more than `most` bytes, ETIMEDOUT
 * where its file server does not answer; `/dev/null` is an empty file.
 */
export async function readRegularFile(path: string, most = longestFile): Promise<Buffer> {
  refuseOther(path, await answered(path, stat(path)));
  const file = await answered(path, open(path, flags));
  try {
    const found = await answered(path, file.stat());
    refuseOther(path, found);
    const reading = growing(path, found.size, most);
    for (let read = 1; read > 0;) {
      const room = reading.room();
      // The first releases of Node.js 20 read nothing where the length is left to them.
      read = (await answered(path, file.read(room, 0, room.length, null))).bytesRead;
      reading.took(read);
    }
    return reading.bytes();
  } finally {
    const closed = file.close();
    // Closing waits for a read that has no answer.
    if (isHanging()) closed.catch(() => {});
    else await closed;
  }
}

/** The same, at once. A path of bytes that are no UTF-8 comes as a Buffer. */
export function readRegularFileSync(path: string | Buffer, most = longestFile): Buffer {
  refuseOther(path, statSync(path));
  const fd = openSync(path, flags);
  try {
    const found = fstatSync(fd);
    refuseOther(path, found);
    const reading = growing(path, found.size, most);
    for (let read = 1; read > 0;) {
      read = readSync(fd, reading.room());
      reading.took(read);
    }
    return reading.bytes();
  } finally {
    closeSync(fd);
  }
}

/** The text of such a file. */
export async function readTextFile(
  path: string,
  encoding: 'utf8' | 'latin1' = 'utf8',
  most = longestFile,
): Promise<string> {
  return (await readRegularFile(path, most)).toString(encoding);
}

/** A buffer that grows while a file is read: what the file says of its size need not be true, as in /proc. */
function growing(path: string | Buffer, size: number, most: number) {
  const tooLarge = () =>
    Object.assign(new Error(`more than ${most} bytes`), { code: 'ETOOBIG', syscall: 'read', path });
  if (size > most) throw tooLarge();
  let buffer = Buffer.allocUnsafe(Math.max(size + 1, page));
  let filled = 0;
  return {
    room: (): Buffer => {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2 + chunk);
      return buffer.subarray(filled);
    },
    took: (read: number): void => {
      filled += read;
      refuseLarger(path, filled, most);
    },
    bytes: (): Buffer => buffer.subarray(0, filled),
  };
}

/** Throws what readRegularFile rejects with for more than `most` bytes. */
export function refuseLarger(path: string | Buffer, size: number, most = longestFile): void {
  if (size <= most) return;
  throw Object.assign(new Error(`more than ${most} bytes`), { code: 'ETOOBIG', syscall: 'read', path });
}

/** Throws what readRegularFile rejects with for what stands at `path`. */
export function refuseOther(path: string | Buffer, found: Stats): void {
  if (found.isFile() || path === nullDevice) return;
  const code = found.isDirectory() ? 'EISDIR' : 'ENOTREG';
  throw Object.assign(new Error('no regular file'), { code, syscall: 'open', path });
}

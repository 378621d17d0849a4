import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, stat, statfs } from 'node:fs/promises';
import { checkWhole, isSameFile } from '../base/copy-file.ts';
import type { Flushed } from '../base/flush.ts';
import { refuseOther } from '../base/regular-file.ts';
import { writeAll } from '../base/write-all.ts';
import { throwIfStopped } from './signals.ts';

export interface DigestedFile {
  /** hex */
  readonly sha256: string;
  /** bytes */
  readonly size: number;
}

/** Bytes read at a time. */
const pieceSize = 1024 * 1024;

/** The same of a file that is shorter, or has no size, as those of /proc. */
const smallestPiece = 4096;

/** Digest and size of a file as any reader gets it. Reads on while the last piece is being hashed. */
export async function digestOf(path: string): Promise<DigestedFile> {
  const { hex, size } = await hashOf(path, 'sha256');
  return { sha256: hex, size };
}

/**
 * Digest and size of a file that may be growing at its end, as its disk gives it back, past the memory that the
 * kernel keeps of it (O_DIRECT): each part is read when it has been flushed. As any reader gets it where its file
 * system cannot read so (ZFS before 2.3, some file servers, FUSE) or has nothing else (tmpfs). The bytes are
 * written to `copy` too, where it is given. Undefined when the path has another file in the end, or one of another
 * size.
 */
export async function digestOnDisk(
  path: string,
  flushed: Flushed,
  copy?: FileHandle,
): Promise<DigestedFile | undefined> {
  const { hex, size, isSame } = await hashFromDisk(path, { flushed, copy });
  return isSame ? { sha256: hex, size } : undefined;
}

/**
 * Digest and size of a file when its disk gives back the bytes that any reader gets; undefined when it does
 * not. One digest for both: comparing bytes takes a tenth of the time. O_DIRECT and `copy` as above.
 */
export async function digestIfOnDisk(path: string, copy?: FileHandle): Promise<DigestedFile | undefined> {
  const usual = await open(path, 'r');
  try {
    const { hex, size, isSame } = await hashFromDisk(path, { usual, copy });
    return isSame ? { sha256: hex, size } : undefined;
  } finally {
    await usual.close();
  }
}

/** What is done with the bytes besides. */
interface Besides {
  /** Must give the same. */
  readonly usual?: FileHandle | undefined;
  /** Is given the same. */
  readonly copy?: FileHandle | undefined;
  /** Of a file that is still being written. */
  readonly flushed?: Flushed | undefined;
  /** Whether fewer bytes than the file has are an error. */
  readonly isWhole?: boolean;
}

async function hashFromDisk(path: string, besides: Besides): Promise<Hashed> {
  const { copy, flushed } = besides;
  if (await isInMemory(path)) return hashOf(path, 'sha256', 0, { copy, flushed, isWhole: true });
  try {
    return await hashOf(path, 'sha256', constants.O_DIRECT, besides);
  } catch (error) {
    const isRefused = error instanceof Error && 'code' in error && error.code === 'EINVAL';
    if (!isRefused) throw error;
    return hashOf(path, 'sha256', 0, { copy, flushed });
  }
}

/** tmpfs and ramfs (statfs(2)), which take O_DIRECT and read what they have all the same. */
const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

async function isInMemory(path: string): Promise<boolean> {
  return inMemory.has((await statfs(path)).type);
}

interface Hashed {
  readonly hex: string;
  /** bytes */
  readonly size: number;
  /** Whether the other handle gave the same bytes, and the path still has the file that was read. */
  readonly isSame: boolean;
}

async function hashOf(
  path: string,
  algorithm: string,
  flags = 0,
  { usual, copy, flushed, isWhole = copy !== undefined || flags !== 0 }: Besides = {},
): Promise<Hashed> {
  const hash = createHash(algorithm);
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  const isFromDisk = flags !== 0;
  const buffers = isFromDisk || copy !== undefined ? 4 : 2;
  const coming: Promise<readonly [Buffer, Buffer | undefined]>[] = [];
  const copied: (Promise<void> | undefined)[] = [];
  let size = 0;
  let isSame = true;
  try {
    const found = await handle.stat();
    refuseOther(path, found);
    // Whole pieces for each of many small files are more than the garbage collector takes away in passing.
    const isLarge = isFromDisk || flushed !== undefined;
    const length = isLarge ? pieceSize : Math.min(pieceSize, Math.max(found.size, smallestPiece));
    const pieces = pieceReader(handle, length, buffers, isFromDisk ? pageAligned : Buffer.allocUnsafe);
    const others = usual && pieceReader(usual, length, buffers, Buffer.allocUnsafe);
    const read = async (turn: number) => {
      await copied[turn % buffers];
      await flushed?.upTo((turn + 1) * length);
      return Promise.all([pieces(turn), others?.(turn)]);
    };
    for (let turn = 0; turn < buffers - 1; turn++) coming.push(heardLater(read(turn)));
    for (let turn = 0; ; turn++) {
      throwIfStopped();
      const [bytes, same] = (await coming.shift()) ?? [];
      if (bytes === undefined || bytes.length === 0) break;
      copied[turn % buffers] = copy && heardLater(writeAll(copy.fd, bytes, size));
      coming.push(heardLater(read(turn + buffers - 1)));
      size += bytes.length;
      isSame &&= same === undefined || same.equals(bytes);
      hash.update(bytes);
    }
    await Promise.all(copied);
    // A piece that came short would have left a hole.
    const ended = flushed === undefined ? found : await handle.stat();
    if (isWhole) checkWhole(path, size, ended);
    if (flushed !== undefined) isSame &&= size === ended.size && isSameFile(ended, await stat(path));
  } finally {
    // The caller closes its files: their numbers are soon another file's.
    await Promise.allSettled([...coming, ...copied]);
    await handle.close();
  }
  return { hex: hash.digest('hex'), size, isSame };
}

/** Its failure is thrown where it is waited for, which may be after it has failed. */
function heardLater<Answer>(promise: Promise<Answer>): Promise<Answer> {
  promise.catch(() => {});
  return promise;
}

/** Reads a file piece by piece into so many buffers in turn. */
function pieceReader(
  handle: FileHandle,
  length: number,
  buffers: number,
  newBuffer: (size: number) => Buffer,
): (turn: number) => Promise<Buffer> {
  const made: Buffer[] = [];
  return async (turn) => {
    const buffer = (made[turn % buffers] ??= newBuffer(length));
    const { bytesRead } = await handle.read(buffer, 0, length, turn * length);
    return buffer.subarray(0, bytesRead);
  };
}

/** Memory that begins with a page, as reading past the page cache asks for: V8 maps what may grow for itself. */
function pageAligned(size: number): Buffer {
  const memory = Reflect.construct(ArrayBuffer, [size, { maxByteLength: size }]) as ArrayBuffer;
  return Buffer.from(memory);
}

/** Digest of a file, hex: SHA-256, where nothing else asks for another one. */
export async function fileDigest(path: string, algorithm = 'sha256'): Promise<string> {
  return (await hashOf(path, algorithm)).hex;
}

/** The digest of a file, hex, or why it cannot be read (ENOENT, EACCES …). A stop is no answer: it ends the work. */
export async function digestOrReason(path: string): Promise<string> {
  return fileDigest(path).catch((error: unknown) => {
    if (error instanceof Error && 'syscall' in error && 'code' in error) return String(error.code);
    throw error;
  });
}

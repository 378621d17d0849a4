import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { refuseOther } from '../base/regular-file.ts';
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
 * Digest and size of a file as its disk gives it back, past the memory that the kernel keeps of it (O_DIRECT);
 * as any reader gets it where its file system cannot read so (ZFS before 2.3, some file servers, FUSE).
 */
export async function digestOnDisk(path: string): Promise<DigestedFile> {
  const { hex, size } = await hashFromDisk(path);
  return { sha256: hex, size };
}

/**
 * Digest and size of a file when its disk gives back the bytes that any reader gets; undefined when it does
 * not. One digest for both: comparing bytes takes a tenth of the time.
 */
export async function digestIfOnDisk(path: string): Promise<DigestedFile | undefined> {
  const usual = await open(path, 'r');
  try {
    const { hex, size, isSame } = await hashFromDisk(path, usual);
    return isSame ? { sha256: hex, size } : undefined;
  } finally {
    await usual.close();
  }
}

async function hashFromDisk(path: string, usual?: FileHandle): Promise<Hashed> {
  try {
    return await hashOf(path, 'sha256', constants.O_DIRECT, usual);
  } catch (error) {
    const isRefused = error instanceof Error && 'code' in error && error.code === 'EINVAL';
    if (!isRefused) throw error;
    return hashOf(path, 'sha256');
  }
}

interface Hashed {
  readonly hex: string;
  /** bytes */
  readonly size: number;
  /** Whether the other handle gave the same bytes. */
  readonly isSame: boolean;
}

async function hashOf(path: string, algorithm: string, flags = 0, other?: FileHandle): Promise<Hashed> {
  const hash = createHash(algorithm);
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  let size = 0;
  let isSame = true;
  try {
    const found = await handle.stat();
    refuseOther(path, found);
    // Whole pieces for each of many small files are more than the garbage collector takes away in passing.
    const length = flags === 0 ? Math.min(pieceSize, Math.max(found.size, smallestPiece)) : pieceSize;
    const pieces = pieceReader(handle, length, flags === 0 ? Buffer.allocUnsafe : pageAligned);
    const others = other && pieceReader(other, length, Buffer.allocUnsafe);
    const read = (turn: number) => Promise.all([pieces(turn), others?.(turn)]);
    let next = read(0);
    for (let turn = 1; ; turn++) {
      throwIfStopped();
      const [bytes, same] = await next;
      if (bytes.length === 0) break;
      next = read(turn);
      size += bytes.length;
      isSame &&= same === undefined || same.equals(bytes);
      hash.update(bytes);
    }
  } finally {
    await handle.close();
  }
  return { hex: hash.digest('hex'), size, isSame };
}

/** Reads a file piece by piece, each good until the one after the next is asked for. */
function pieceReader(
  handle: FileHandle,
  length: number,
  newBuffer: (size: number) => Buffer,
): (turn: number) => Promise<Buffer> {
  const buffers = [newBuffer(length), newBuffer(length)] as const;
  return async (turn) => {
    const buffer = turn % 2 === 0 ? buffers[0] : buffers[1];
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

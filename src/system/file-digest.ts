import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
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

/** Digest and size of a file as any reader gets it. Reads on while the last piece is being hashed. */
export async function digestOf(path: string): Promise<DigestedFile> {
  const { hex, size } = await hashOf(path, 'sha256');
  return { sha256: hex, size };
}

/**
 * Digest and size of a file as its disk gives it back, past the memory that the kernel keeps of it (O_DIRECT);
 * as any reader gets it where its file system cannot read so (ZFS before 2.3, some file servers, FUSE).
 */
export async function digestOnDisk(path: string, compare?: Compare): Promise<DigestedFile> {
  try {
    const { hex, size } = await hashOf(path, 'sha256', constants.O_DIRECT, compare);
    return { sha256: hex, size };
  } catch (error) {
    const isRefused = error instanceof Error && 'code' in error && error.code === 'EINVAL';
    if (!isRefused) throw error;
    return digestOf(path);
  }
}

/** Memory that begins with a page, as reading past the page cache asks for: V8 maps what may grow for itself. */
function pageAligned(size: number): Buffer {
  const memory = Reflect.construct(ArrayBuffer, [size, { maxByteLength: size }]) as ArrayBuffer;
  return Buffer.from(memory);
}

/**
 * Digest and size of a file when its disk gives back the bytes that any reader gets; undefined when it does
 * not. One digest for both: comparing bytes takes a tenth of the time.
 */
export async function digestIfOnDisk(path: string): Promise<DigestedFile | undefined> {
  let isSame = true;
  const seen = await open(path, 'r');
  try {
    const usual = Buffer.allocUnsafe(pieceSize);
    const compare: Compare = async (bytes, position) => {
      const { bytesRead } = await seen.read(usual, 0, pieceSize, position);
      isSame &&= usual.subarray(0, bytesRead).equals(bytes);
    };
    const found = await digestOnDisk(path, compare);
    return isSame ? found : undefined;
  } finally {
    await seen.close();
  }
}

type Compare = (bytes: Buffer, position: number) => Promise<void>;

async function hashOf(
  path: string,
  algorithm: string,
  flags = 0,
  compare?: Compare,
): Promise<{ hex: string; size: number }> {
  const hash = createHash(algorithm);
  const newBuffer = flags === 0 ? Buffer.allocUnsafe : pageAligned;
  const buffers = [newBuffer(pieceSize), newBuffer(pieceSize)] as const;
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags);
  let size = 0;
  try {
    refuseOther(path, await handle.stat());
    const read = (turn: number) =>
      handle.read(turn % 2 === 0 ? buffers[0] : buffers[1], 0, pieceSize, turn * pieceSize);
    let next = read(0);
    for (let turn = 1; ; turn++) {
      throwIfStopped();
      const { bytesRead, buffer } = await next;
      if (bytesRead === 0) break;
      next = read(turn);
      const bytes = buffer.subarray(0, bytesRead);
      await compare?.(bytes, size);
      size += bytesRead;
      hash.update(bytes);
    }
  } finally {
    await handle.close();
  }
  return { hex: hash.digest('hex'), size };
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

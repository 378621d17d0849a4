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

/** Digest and size of a file as it is on the disk. Reads on while the last piece is being hashed. */
export async function digestOf(path: string): Promise<DigestedFile> {
  const { hex, size } = await hashOf(path, 'sha256');
  return { sha256: hex, size };
}

async function hashOf(path: string, algorithm: string): Promise<{ hex: string; size: number }> {
  const hash = createHash(algorithm);
  const buffers = [Buffer.allocUnsafe(pieceSize), Buffer.allocUnsafe(pieceSize)] as const;
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
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
      size += bytesRead;
      hash.update(buffer.subarray(0, bytesRead));
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

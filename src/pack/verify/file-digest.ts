import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { throwIfStopped } from '../../system/signals.ts';
import { chunkSize } from '../archive/chunk-writer.ts';
import type { VerifiedFile } from './verify-archive.ts';

/** Digest and size of a file as it is on the disk. Reads on while the last piece is being hashed. */
export async function digestOf(file: string): Promise<VerifiedFile> {
  const hash = createHash('sha256');
  const buffers = [Buffer.allocUnsafe(chunkSize), Buffer.allocUnsafe(chunkSize)];
  const handle = await open(file, 'r');
  let size = 0;
  try {
    const read = (turn: number) =>
      handle.read(buffers[turn % 2] ?? Buffer.alloc(0), 0, chunkSize, turn * chunkSize);
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
  return { sha256: hash.digest('hex'), size };
}

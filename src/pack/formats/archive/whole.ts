import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { endCheckOf } from './compressors.ts';
import type { ReadAt } from './stream-ends.ts';

/**
 * Looks at the outer parts of a file that a compressor made of so many bytes, without decompressing it.
 * Throws RangeError when one is missing.
 */
export function checkWhole(file: string, compressor: string, bytes: number): void {
  const fd = openSync(file, 'r');
  try {
    endCheckOf(compressor)(readerOf(fd), fstatSync(fd).size, bytes);
  } finally {
    closeSync(fd);
  }
}

function readerOf(fd: number): ReadAt {
  return (position, length) => {
    const buffer = Buffer.alloc(length);
    if (position < 0 || readSync(fd, buffer, 0, length, position) !== length) {
      throw new RangeError('the compressed file ends too early');
    }
    return buffer;
  };
}

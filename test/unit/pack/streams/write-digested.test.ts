import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeDigested } from '../../../../src/pack/streams/write-digested.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

async function write(path: string, pieces: readonly Buffer[]) {
  const fd = openSync(path, 'w');
  try {
    return await writeDigested(Readable.from(pieces), fd);
  } finally {
    closeSync(fd);
  }
}

it('all that comes is in the file, and its digest given', async () => {
  for (const sizes of [[], [0], [1], [65_536, 3, 0], Array<number>(50).fill(65_535), [5_000_000, 7]]) {
    const pieces = sizes.map((size) => randomBytes(size));
    const all = Buffer.concat(pieces);
    const path = await folder.file('out', '');
    const sha256 = createHash('sha256').update(all).digest('hex');
    expect(await write(path, pieces)).toEqual({ sha256, size: all.length });
    expect(readFileSync(path).equals(all)).toBe(true);
  }
});

it('a file that takes no more is told', async () => {
  for (const pieces of [[1], Array<number>(50).fill(65_536)]) {
    const writing = write(
      '/dev/full',
      pieces.map((size) => Buffer.alloc(size)),
    );
    await expect(writing).rejects.toMatchObject({ code: 'ENOSPC' });
  }
});

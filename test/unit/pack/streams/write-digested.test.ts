import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { writeAll } from '../../../../src/base/write-all.ts';
import { openPipe } from '../../../../src/pack/streams/open-pipe.ts';
import { writeDigested } from '../../../../src/pack/streams/write-digested.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

/** Writes what is put into a pipe piece by piece. */
async function write(path: string, pieces: readonly Buffer[]) {
  const { readEnd, writeEnd } = await openPipe(folder.path);
  const fd = openSync(path, 'w');
  const writing = writeDigested(readEnd, fd);
  try {
    await Promise.all([writing, put(writeEnd, pieces)]);
    return await writing;
  } finally {
    for (const open of [readEnd, fd]) closeSync(open);
  }
}

async function put(writeEnd: number, pieces: readonly Buffer[]): Promise<void> {
  try {
    for (const piece of pieces) await writeAll(writeEnd, piece);
  } finally {
    closeSync(writeEnd);
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

it('nobody waits for what is not needed any more, though the pipe is open elsewhere', async () => {
  const { readEnd, writeEnd } = await openPipe(folder.path);
  const fd = openSync(await folder.file('out', ''), 'w');
  const unneeded = new AbortController();
  const writing = writeDigested(readEnd, fd, unneeded.signal);
  await writeAll(writeEnd, Buffer.from('begun'));
  unneeded.abort();
  await writing;
  for (const open of [readEnd, writeEnd, fd]) closeSync(open);
});

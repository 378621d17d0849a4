import { createHash } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { followFile } from '../../../../src/pack/streams/follow-file.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

async function follow(path: string, finished: Promise<unknown>) {
  const hash = createHash('sha256');
  const pieces: Buffer[] = [];
  for await (const piece of followFile(path, finished, hash)) pieces.push(Buffer.from(piece));
  return { text: Buffer.concat(pieces).toString(), digest: hash.digest('hex') };
}

it('gives all that is written until it is finished, and its digest', async () => {
  const path = await folder.file('f', 'begin ');
  const writing = (async () => {
    for (const word of ['a ', 'b ', 'end']) await appendFile(path, word);
  })();
  const { text, digest } = await follow(path, writing);
  expect(text).toBe('begin a b end');
  expect(digest).toBe(createHash('sha256').update(text).digest('hex'));
});

it('throws what the writer throws', async () => {
  const path = await folder.file('f', 'x');
  await expect(follow(path, Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
});

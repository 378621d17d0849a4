import { appendFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { followFile } from '../../../../src/pack/streams/follow-file.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

async function follow(path: string, finished: Promise<unknown>) {
  const pieces: Buffer[] = [];
  for await (const piece of followFile(path, finished)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

it('gives all that is written until it is finished', async () => {
  const path = await folder.file('f', 'begin ');
  const writing = (async () => {
    for (const word of ['a ', 'b ', 'end']) await appendFile(path, word);
  })();
  expect(await follow(path, writing)).toBe('begin a b end');
});

it('throws what the writer throws', async () => {
  const path = await folder.file('f', 'x');
  await expect(follow(path, Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { writeCompressed } from '../../../../../src/pack/formats/archive/write-compressed.ts';
import type { WriteJob } from '../../../../../src/pack/formats/format.ts';
import type { Member } from '../../../../../src/pack/members/member-table.ts';
import { addAll } from '../../../../../src/pack/streams/chunk-writer.ts';
import type { ProgramOutput } from '../../../../../src/pack/streams/feed-program.ts';
import { useFolder } from '../../../../lib/folder.ts';

const folder = useFolder();
const member = { path: 'a' } as Member;

/** Writes so many members, each with its turn for others; gives what was begun and followed too. */
function write(
  judge: () => Promise<void>,
  members: number,
  end: () => Promise<void> = () => Promise.resolve(),
) {
  const begun: string[] = [];
  const followed: Promise<ProgramOutput>[] = [];
  const job = {
    ...{ compressor: 'gzip', file: join(folder.path, 'out'), rootimgdir: folder.path, judge },
    onMember: ({ path }: Member) => void begun.push(path),
    follow: (output: Promise<ProgramOutput>) => void followed.push(output),
  } as unknown as WriteJob;
  const written = writeCompressed(job, async (out, { onMember, ended }) => {
    for (let number = 0; number < members; number++) {
      onMember(member);
      await addAll(out, Buffer.from('a'));
      await setTimeout(1);
    }
    await end();
    await ended;
  });
  return { written, begun, followed };
}

test('members are written while they are judged; who follows hears what came out', async () => {
  let isJudged = false;
  const { written, begun, followed } = write(async () => {
    await setTimeout(100);
    isJudged = true;
  }, 3);
  const output = await written;
  expect([isJudged, begun, output.bytes]).toEqual([true, ['a', 'a', 'a'], 3]);
  expect(gunzipSync(readFileSync(join(folder.path, 'out'))).toString()).toBe('aaa');
  expect(await Promise.all(followed)).toEqual([output]);
});

test('what the judgement found is told, and no more members are begun', async () => {
  const many = 100_000;
  const { written, begun } = write(async () => {
    await setTimeout(30);
    throw new Error('it leaks');
  }, many);
  await expect(written).rejects.toThrow('it leaks');
  expect(begun.length).toBeLessThan(many);
});

test('a writer that fails is told when the judgement has ended: nothing works on the tree any more', async () => {
  let isJudged = false;
  const judge = async () => {
    await setTimeout(100);
    isJudged = true;
  };
  const { written } = write(judge, 1, () => Promise.reject(new Error('unreadable')));
  await expect(written).rejects.toThrow('unreadable');
  expect(isJudged).toBe(true);
});

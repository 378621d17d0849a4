import { describe, expect, it } from 'vitest';
import type { Format, WriteJob } from '../../../../src/pack/formats/format.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { writeImage } from '../../../../src/pack/write/write-image.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const digested = { sha256: 'x', size: 1 };
const mebibyte = 1024 * 1024;

/** Writes with a format that only says which members it begins. */
async function write(sizes: readonly (readonly [size: number, link: number])[], followed: boolean) {
  const progress: (number | undefined)[] = [];
  const read: string[] = [];
  const format = {
    write: (job: WriteJob) => {
      if (followed) job.follow(Promise.resolve(7));
      for (const [size, link] of sizes) {
        job.onMember({
          ...{ path: 'x', mode: fileType.regular, uid: 0, gid: 0, size, mtime: 0, major: 0, minor: 0, link },
          override: undefined,
        });
      }
      return Promise.resolve(['a warning']);
    },
  } as unknown as Format;
  const job = { file: await folder.file('image'), selection: { contentBytes: 100 } } as unknown as WriteJob;
  const phase = {
    progress: (_: string, done?: number) => void progress.push(done),
    done: () => {},
    failed: () => {},
  };
  const readBack = async (written: Promise<number>) => {
    read.push(`from ${await written}`);
    return digested;
  };
  const { verify, warnings } = await writeImage(format, job, readBack, phase);
  const before = read.length;
  expect(await verify()).toBe(digested);
  return { progress, warnings, read, before };
}

describe('writeImage', () => {
  it('reads back meanwhile where the format lets it be followed, else afterwards', async () => {
    const meanwhile = await write([], true);
    expect([meanwhile.read, meanwhile.before]).toEqual([['from 7'], 1]);
    const afterwards = await write([], false);
    expect([afterwards.read, afterwards.before]).toEqual([['from 0'], 0]);
    expect(afterwards.warnings).toEqual(['a warning']);
  });

  it('tells of each 4 MiB of content, of a file with several names once', async () => {
    const { progress } = await write(
      [...Array(9).fill([mebibyte, 0]), [50 * mebibyte, 1], [0, 0]] as [number, number][],
      true,
    );
    expect(progress).toEqual([4 * mebibyte, 8 * mebibyte]);
  });
});

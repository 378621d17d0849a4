import { describe, expect, it } from 'vitest';
import type { Format, WriteJob } from '../../../../src/pack/formats/format.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import type { ProgramOutput } from '../../../../src/pack/streams/feed-program.ts';
import { writeImage } from '../../../../src/pack/write/write-image.ts';

const mebibyte = 1024 * 1024;
const output = { sha256: 'x', size: 3, bytes: 7 };

/** Writes with a format that only says which members it begins. */
async function write(sizes: readonly (readonly [size: number, link: number])[], canBeFollowed: boolean) {
  const progress: (number | undefined)[] = [];
  const format = {
    write: (job: WriteJob) => {
      if (canBeFollowed) job.follow(Promise.resolve(output));
      for (const [size, link] of sizes) {
        job.onMember({
          ...{ path: 'x', mode: fileType.regular, uid: 0, gid: 0, size, mtime: 0, major: 0, minor: 0, link },
          override: undefined,
        });
      }
      return Promise.resolve({ warnings: ['a warning'] });
    },
  } as unknown as Format;
  const job = { selection: { contentBytes: 100 } } as unknown as WriteJob;
  const phase = {
    progress: (_: string, done?: number) => void progress.push(done),
    done: () => {},
    failed: () => {},
  };
  const follow = (written: Promise<ProgramOutput>) => ({ members: undefined, onDisk: written });
  return { ...(await writeImage(format, job, follow, phase)), progress };
}

describe('writeImage', () => {
  it('is followed where the format allows it, counts members, hands warnings on', async () => {
    const { following, begun, warnings } = await write(
      [
        [1, 0],
        [2, 0],
      ],
      true,
    );
    expect([await following?.onDisk, begun, warnings]).toEqual([output, 2, ['a warning']]);
    expect((await write([], false)).following).toBeUndefined();
  });

  it('tells of each 4 MiB of content, of a file with several names once', async () => {
    const { progress } = await write(
      [...Array(9).fill([mebibyte, 0]), [50 * mebibyte, 1], [0, 0]] as [number, number][],
      true,
    );
    expect(progress).toEqual([4 * mebibyte, 8 * mebibyte]);
  });
});

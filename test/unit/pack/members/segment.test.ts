import { expect, it } from 'vitest';
import { addName, newSegment, readRow, writeRow } from '../../../../src/pack/members/segment.ts';

const values = {
  ...{ mode: 0o100755, uid: 1, gid: 2, size: 2 ** 40, mtime: -3, major: 4, minor: 5, link: 6 },
  ...{ dev: 7, ino: 2 ** 52, ctime: 9.25 },
};

it('gives back the numbers of a member, and leaves those of others as they were', () => {
  const segment = newSegment();
  writeRow(segment, 3, { ...values, override: undefined });
  const rest = { path: 'x', override: undefined, stored: 10 };
  expect(readRow(segment, 3, rest)).toEqual({ ...values, ...rest });
  expect(readRow(segment, 4, rest)).toMatchObject({ mode: 0, ino: 0, ctime: 0 });
});

it('has room for names of any bytes and length', () => {
  const segment = newSegment();
  const long = 'n\xff'.repeat(200_000);
  const ends = [addName(segment, 0, 'a\xe9'), addName(segment, 2, long)];
  expect(ends).toEqual([2, 2 + long.length]);
  expect(segment.names.toString('latin1', 0, ends[1])).toBe(`a\xe9${long}`);
});

it('numbers of 32 bits take four bytes, until one is wider', () => {
  const segment = newSegment();
  const narrow = { ...values, size: 2 ** 32 - 1, mtime: 0, ino: 12, override: undefined };
  const rest = { path: 'x', override: undefined, stored: undefined };
  writeRow(segment, 0, narrow);
  const widths = () => [segment.size, segment.mtime, segment.ino].map((column) => column.BYTES_PER_ELEMENT);
  expect(widths()).toEqual([4, 4, 4]);
  const wide = { ...narrow, size: 2 ** 32, mtime: -1, ino: 2 ** 52 };
  writeRow(segment, 1, wide);
  expect(widths()).toEqual([8, 8, 8]);
  expect([readRow(segment, 0, rest), readRow(segment, 1, rest)]).toEqual([
    { ...narrow, ...rest },
    { ...wide, ...rest },
  ]);
});

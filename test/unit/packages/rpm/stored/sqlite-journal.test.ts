import { expect, test } from 'vitest';
import { withJournal } from '../../../../../src/packages/rpm/stored/sqlite-journal.ts';

const pageLength = 512;
const littleMagic = 0x377f0682;

interface Frame {
  readonly page: number;
  readonly fill: number;
  /** Pages of the database after it: 0 where the transaction goes on. */
  readonly commits: number;
  readonly salt?: number;
}

/** A write-ahead log as SQLite writes it: sums run on from the head through all frames. */
function journal(frames: readonly Frame[], magic = littleMagic): Buffer {
  const isBig = (magic & 1) === 1;
  const sum: [number, number] = [0, 0];
  const add = (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += 8) {
      const [first, second] = [at, at + 4].map((place) =>
        isBig ? bytes.readUInt32BE(place) : bytes.readUInt32LE(place),
      ) as [number, number];
      sum[0] = (sum[0] + first + sum[1]) >>> 0;
      sum[1] = (sum[1] + second + sum[0]) >>> 0;
    }
  };
  const head = Buffer.alloc(32);
  [magic, 3007000, pageLength, 0, 11, 22].forEach((value, place) => head.writeUInt32BE(value, 4 * place));
  add(head.subarray(0, 24));
  sum.forEach((value, place) => head.writeUInt32BE(value, 24 + 4 * place));
  const written = frames.map(({ page, fill, commits, salt = 11 }) => {
    const frame = Buffer.alloc(24 + pageLength, fill);
    [page, commits, salt, 22].forEach((value, place) => frame.writeUInt32BE(value, 4 * place));
    add(frame.subarray(0, 8));
    add(frame.subarray(24));
    sum.forEach((value, place) => frame.writeUInt32BE(value, 16 + 4 * place));
    return frame;
  });
  return Buffer.concat([head, ...written]);
}

/** Number of each page to the byte it is full of. */
function pagesOf(bytes: Buffer | undefined): Record<string, number | undefined> {
  return Object.fromEntries([...withJournal(bytes, pageLength)].map(([number, page]) => [number, page[0]]));
}

const first = { page: 2, fill: 1, commits: 3 };
const unfinished = { page: 3, fill: 2, commits: 0 };
const second = { page: 2, fill: 3, commits: 3 };

test.each([
  ['one transaction', journal([first]), { 2: 1 }],
  ['the newest form of a page', journal([first, unfinished, second]), { 2: 3, 3: 2 }],
  ['sums of the other byte order', journal([first, second], littleMagic + 1), { 2: 3 }],
  ['nothing of a transaction that did not end', journal([first, unfinished]), { 2: 1 }],
  ['nothing from a frame of an earlier round on', journal([first, { ...second, salt: 10 }]), { 2: 1 }],
  ['nothing of a frame that is cut off', journal([first, second]).subarray(0, -1), { 2: 1 }],
  ['nothing of a log of other pages', journal([first]).fill(1, 8, 9), {}],
  ['nothing without a log', undefined, {}],
  ['nothing of an empty log', Buffer.alloc(0), {}],
])('the journal gives %s', (_, bytes, pages) => {
  expect(pagesOf(bytes)).toEqual(pages);
});

test('whatever byte of a frame is changed, it and all that follow do not count', () => {
  for (const place of [32, 36, 40, 48, 56, 300, 32 + 24 + pageLength - 1]) {
    const bytes = journal([first, second]);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    expect(pagesOf(bytes)).toEqual({});
  }
});

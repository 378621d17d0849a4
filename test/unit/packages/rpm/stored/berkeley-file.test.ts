import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { berkeleyBlobs } from '../../../../../src/packages/rpm/stored/berkeley-file.ts';

const pageLength = 512;
const head = 26;

interface Written {
  readonly file: Buffer;
  /** Numbers of the overflow pages, in their order. */
  readonly chain: number[];
}

/** A hash database with one page for each value: long ones in a chain of overflow pages. */
function write(values: readonly Buffer[], isBig: boolean): Written {
  const pages = [Buffer.alloc(pageLength)];
  const chain: number[] = [];
  const word = (page: Buffer, value: number, at: number) =>
    isBig ? page.writeUInt32BE(value, at) : page.writeUInt32LE(value, at);
  const half = (page: Buffer, value: number, at: number) =>
    isBig ? page.writeUInt16BE(value, at) : page.writeUInt16LE(value, at);
  const overflow = (bytes: Buffer): number => {
    const page = Buffer.alloc(pageLength);
    const number = pages.push(page) - 1;
    chain.push(number);
    const room = pageLength - head;
    half(page, Math.min(room, bytes.length), 22);
    page[25] = 7;
    bytes.copy(page, head);
    if (bytes.length > room) word(page, overflow(bytes.subarray(room)), 16);
    return number;
  };
  word(pages[0] as Buffer, 0x061561, 12);
  word(pages[0] as Buffer, pageLength, 20);
  for (const value of values) {
    const page = Buffer.alloc(pageLength);
    pages.push(page);
    page[25] = 13;
    const items = [Buffer.from([1, 0, 0, 0, 1]), itemOf(value)];
    half(page, items.length, 20);
    let end = pageLength;
    items.forEach((item, place) => {
      end -= item.length;
      item.copy(page, end);
      half(page, end, head + 2 * place);
    });
  }
  return { file: Buffer.concat(pages), chain };

  function itemOf(value: Buffer): Buffer {
    if (value.length <= 100) return Buffer.concat([Buffer.from([1]), value]);
    const item = Buffer.alloc(12);
    item[0] = 3;
    word(item, overflow(value), 4);
    word(item, value.length, 8);
    return item;
  }
}

describe('berkeleyBlobs', () => {
  it('gives each value back, in its page or in a chain, in either byte order', () => {
    const lengths = fc.oneof(fc.integer({ min: 16, max: 100 }), fc.integer({ min: 480, max: 1500 }));
    fc.assert(
      fc.property(fc.array(lengths, { maxLength: 8 }), fc.boolean(), (list, isBig) => {
        const values = list.map((length, place) => Buffer.alloc(length, place + 1));
        expect(berkeleyBlobs(write(values, isBig).file)).toEqual(values);
      }),
    );
  });

  it('leaves out the number that rpm keeps beside the packages', () => {
    expect(berkeleyBlobs(write([Buffer.alloc(4, 9), Buffer.alloc(20, 1)], false).file)).toEqual([
      Buffer.alloc(20, 1),
    ]);
  });

  const long = () => write([Buffer.alloc(1000, 1)], false);

  it.each<[string, (written: Written) => Buffer]>([
    ['another file', ({ file }) => file.fill(0, 12, 16)],
    ['pages of no length', ({ file }) => (file.writeUInt32LE(100, 20), file)],
    [
      'a value longer than the file',
      ({ file }) => (file.writeUInt32LE(1 << 30, 2 * pageLength - 5 - 4), file),
    ],
    [
      'a chain into a page of another kind',
      ({ file, chain }) => ((file[(chain[1] ?? 0) * pageLength + 25] = 13), file),
    ],
    [
      'a chain whose page is empty',
      ({ file, chain }) => (file.writeUInt16LE(0, (chain[0] ?? 0) * pageLength + 22), file),
    ],
    ['an empty file', () => Buffer.alloc(0)],
  ])('refuses %s', (_, change) => {
    expect(() => berkeleyBlobs(change(long()))).toThrow(RangeError);
  });
});

import { expect, test } from 'vitest';
import { headersByPackage, withInstallTime } from '../../../../../src/packages/rpm/stored/header-list.ts';

const int32 = 4;
const text = 6;

/** A header of an rpm database, with the magic that lists have. */
function header(name: string, time: number): Buffer {
  const words = [name, '1.0', '1', 'noarch'].map((word) => Buffer.from(`${word}\0`));
  const times = Buffer.alloc(8);
  times.writeUInt32BE(time, 0);
  times.writeUInt32BE(time + 1, 4);
  const parts = [times, ...words];
  const tags = [1000, 1001, 1002, 1022];
  const entries: number[][] = [
    [1008, int32, 0, 1],
    [1128, int32, 4, 1],
  ];
  let offset = 8;
  tags.forEach((tag, index) => {
    entries.push([tag, text, offset, 1]);
    offset += words[index]?.length ?? 0;
  });
  const head = Buffer.from([0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0]);
  const numbers = [entries.length, offset, ...entries.flat()];
  const index = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, at) => index.writeUInt32BE(number, 4 * at));
  return Buffer.concat([head, index, ...parts]);
}

test('in the order of names, installed at the time that is given', () => {
  const list = Buffer.concat([header('zlib', 1_800_000_000), header('bash', 1_800_000_005)]);
  const settled = headersByPackage(list).map((one) => withInstallTime(one, 1_700_000_000));
  const wanted = ['bash', 'zlib'].map((name) => {
    const one = header(name, 1_700_000_000);
    return withInstallTime(one, 1_700_000_000);
  });
  expect(settled).toEqual(wanted);
  expect(settled[0]?.readUInt32BE(16 + 6 * 16)).toBe(1_700_000_000);
  expect(settled[0]?.readUInt32BE(16 + 6 * 16 + 4)).toBe(1_700_000_000);
});

test('what is none, or is cut short, is refused', () => {
  expect(headersByPackage(Buffer.alloc(0))).toEqual([]);
  expect(() => headersByPackage(Buffer.from('no list of headers'))).toThrow(RangeError);
  expect(() => headersByPackage(header('bash', 1).subarray(0, -1))).toThrow(RangeError);
});

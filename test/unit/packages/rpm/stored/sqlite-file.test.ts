import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqliteBlobs } from '../../../../../src/packages/rpm/stored/sqlite-file.ts';

const pageLength = 512;

function varint(value: number): Buffer {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return Buffer.from(bytes);
}

/** A row of texts, blobs and small numbers. */
function row(...values: (string | Buffer | number)[]): Buffer {
  const types = values.map((value) => {
    if (typeof value === 'number') return varint(1);
    const length = Buffer.byteLength(value);
    return varint(2 * length + (typeof value === 'string' ? 13 : 12));
  });
  const bodies = values.map((value) =>
    typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value),
  );
  const head = Buffer.concat(types);
  return Buffer.concat([varint(head.length + 1), head, ...bodies]);
}

/** A database of pages; rows that do not fit into a leaf go on in a chain (sqlite.org/fileformat2.html). */
function database(): {
  pages: Buffer[];
  leaf: (rows: Buffer[], number?: number) => number;
  inner: (children: number[]) => number;
} {
  const pages = [Buffer.alloc(pageLength)];
  const add = () => pages.push(Buffer.alloc(pageLength));
  const chain = (bytes: Buffer): number => {
    if (bytes.length === 0) return 0;
    const number = add();
    const page = pages[number - 1] as Buffer;
    page.writeUInt32BE(chain(bytes.subarray(pageLength - 4)), 0);
    bytes.copy(page, 4);
    return number;
  };
  const leaf = (rows: Buffer[], number = add()): number => {
    const page = pages[number - 1] as Buffer;
    const head = number === 1 ? 100 : 0;
    page[head] = 0x0d;
    page.writeUInt16BE(rows.length, head + 3);
    let end = pageLength;
    rows.forEach((bytes, place) => {
      const [most, least] = [pageLength - 35, Math.floor(((pageLength - 12) * 32) / 255) - 23];
      const fitting = least + ((bytes.length - least) % (pageLength - 4));
      const local = bytes.length <= most ? bytes.length : fitting <= most ? fitting : least;
      const next = Buffer.alloc(4);
      next.writeUInt32BE(chain(bytes.subarray(local)), 0);
      const cell = [varint(bytes.length), varint(place + 1), bytes.subarray(0, local)];
      const stored = Buffer.concat(local === bytes.length ? cell : [...cell, next]);
      end -= stored.length;
      stored.copy(page, end);
      page.writeUInt16BE(end, head + 8 + 2 * place);
    });
    return number;
  };
  const inner = (children: number[]): number => {
    const number = add();
    const page = pages[number - 1] as Buffer;
    page[0] = 0x05;
    page.writeUInt16BE(children.length - 1, 3);
    page.writeUInt32BE(children.at(-1) ?? 0, 8);
    children.slice(0, -1).forEach((child, place) => {
      const at = pageLength - 8 * (place + 1);
      page.writeUInt32BE(child, at);
      page.writeUInt16BE(at, 12 + 2 * place);
    });
    return number;
  };
  return { pages, leaf, inner };
}

/** A file whose table `Packages` has one leaf for each blob, below one inner page. */
function fileOf(blobs: readonly Buffer[]): Buffer {
  const { pages, leaf, inner } = database();
  const leaves = blobs.map((blob, place) => leaf([row(place % 100, blob)]));
  const root = inner(leaves);
  leaf(
    [row('index', 'Packages', 'x', 99, 'no table'), row('table', 'Packages', 'Packages', root, 'create')],
    1,
  );
  const file = Buffer.concat(pages);
  file.write('SQLite format 3\0', 0, 'latin1');
  file.writeUInt16BE(pageLength, 16);
  return file;
}

const read = (file: Buffer) => sqliteBlobs(file, undefined, 'Packages');

describe('sqliteBlobs', () => {
  it('gives each blob back, whatever its length: in its page, or in a chain of others', () => {
    // Around the lengths at which a row begins to go on elsewhere, and a chain gets one more page.
    const lengths = fc.oneof(
      fc.nat(100),
      fc.integer({ min: 460, max: 530 }),
      fc.integer({ min: 960, max: 1100 }),
    );
    fc.assert(
      fc.property(fc.array(lengths, { minLength: 1, maxLength: 20 }), (list) => {
        const blobs = list.map((length, place) => Buffer.alloc(length, place + 1));
        expect(read(fileOf(blobs))).toEqual(blobs);
      }),
    );
  });

  it('gives nothing of a table that is not there', () => {
    expect(sqliteBlobs(fileOf([Buffer.from('x')]), undefined, 'Other')).toEqual([]);
  });

  it('refuses pages that lead in a circle', () => {
    const file = fileOf([Buffer.from('x'), Buffer.from('y')]);
    const root = file.length - pageLength;
    // The right-most child of the inner page is the inner page itself.
    file.writeUInt32BE(root / pageLength + 1, root + 8);
    expect(() => read(file)).toThrow('a page is there twice');
  });

  it.each<[string, (file: Buffer) => Buffer]>([
    ['pages of no length', (file) => (file.writeUInt16BE(0, 16), file)],
    ['pages of an odd length', (file) => (file.writeUInt16BE(600, 16), file)],
    ['a page that is no part of a table', (file) => file.fill(7, pageLength, pageLength + 1)],
    ['a file that is cut off', (file) => file.subarray(0, -1)],
    ['an empty file', () => Buffer.alloc(0)],
  ])('refuses %s', (_, change) => {
    expect(() => read(change(fileOf([Buffer.from('x')])))).toThrow(RangeError);
  });
});

import { withJournal } from './sqlite-journal.ts';

/** Gives a page of the database by its number, from 1 on. */
type Page = (number: number) => Buffer;

const leafTable = 0x0d;
const innerTable = 0x05;

/**
 * The last column of each row of a table, of rows that end with a blob; SQLite's file format
 * (sqlite.org/fileformat2.html), of which rpm needs little: one table without a key of its own. `journal` is
 * the write-ahead log beside the file.
 */
export function sqliteBlobs(file: Buffer, journal: Buffer | undefined, table: string): Buffer[] {
  const written = file.readUInt16BE(16);
  const pageLength = written === 1 ? 65_536 : written;
  if (pageLength < 512 || (pageLength & (pageLength - 1)) !== 0)
    throw new RangeError('its pages have no length');
  const newer = withJournal(journal, pageLength);
  const seen = new Set<number>();
  const page: Page = (number) => {
    // No page has two places: a circle would have no end.
    if (seen.has(number)) throw new RangeError('a page is there twice');
    seen.add(number);
    const found = newer.get(number) ?? file.subarray((number - 1) * pageLength, number * pageLength);
    if (number < 1 || found.length < pageLength) throw new RangeError('a page is missing');
    return found;
  };
  const usable = pageLength - (file[20] ?? 0);
  // sqlite_schema: type, name, tbl_name, rootpage, sql
  for (const row of rows(page, usable, 1)) {
    const [type, name, , root] = columns(row);
    if (text(type) !== 'table' || text(name) !== table || root === undefined) continue;
    return [...rows(page, usable, integer(root))].map((one) => columns(one).at(-1) ?? Buffer.alloc(0));
  }
  return [];
}

/** The payload of each row of the table with this root, in the order of their keys. */
function* rows(page: Page, usable: number, root: number): Generator<Buffer> {
  const bytes = page(root);
  // The first page begins with the head of the file.
  const head = root === 1 ? 100 : 0;
  const type = bytes[head];
  const cells = bytes.readUInt16BE(head + 3);
  const inner = type === innerTable;
  if (!inner && type !== leafTable) throw new RangeError('a page is no part of a table');
  for (let cell = 0; cell < cells; cell++) {
    const at = bytes.readUInt16BE(head + (inner ? 12 : 8) + 2 * cell);
    if (inner) yield* rows(page, usable, bytes.readUInt32BE(at));
    else yield payload(page, usable, bytes, at);
  }
  if (inner) yield* rows(page, usable, bytes.readUInt32BE(head + 8));
}

/** What does not fit into a page continues in a chain of others. */
function payload(page: Page, usable: number, bytes: Buffer, cell: number): Buffer {
  const [length, afterLength] = varint(bytes, cell);
  const [, start] = varint(bytes, afterLength);
  const most = usable - 35;
  if (length <= most) return bytes.subarray(start, start + length);
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  const local = fitting <= most ? fitting : least;
  const parts = [bytes.subarray(start, start + local)];
  let next = bytes.readUInt32BE(start + local);
  for (let left = length - local; left > 0; left -= usable - 4) {
    const more = page(next);
    parts.push(more.subarray(4, 4 + Math.min(left, usable - 4)));
    next = more.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}

/** The columns of a row as they are stored. */
function columns(row: Buffer): Buffer[] {
  const [headLength, first] = varint(row, 0);
  const found: Buffer[] = [];
  let at = headLength;
  for (let place = first; place < headLength;) {
    const [type, next] = varint(row, place);
    const length = storedLength(type);
    found.push(row.subarray(at, at + length));
    at += length;
    place = next;
  }
  if (at > row.length) throw new RangeError('a row is cut short');
  return found;
}

function storedLength(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0;
}

function integer(bytes: Buffer): number {
  return bytes.length === 0 ? 0 : bytes.readUIntBE(0, Math.min(bytes.length, 6));
}

function text(bytes: Buffer | undefined): string {
  return bytes?.toString() ?? '';
}

/** A number of one to nine bytes, and where the next thing begins. */
function varint(bytes: Buffer, start: number): [value: number, next: number] {
  let value = 0;
  for (let at = start; at < start + 8; at++) {
    const byte = bytes.readUInt8(at);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + 1];
  }
  return [value * 256 + bytes.readUInt8(start + 8), start + 9];
}

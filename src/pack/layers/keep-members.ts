import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import * as z from 'zod';
import { readRegularFile } from '../../base/regular-file.ts';
import { type MemberTable, memberTable, type NumberColumn } from '../members/member-table.ts';
import { isSettled, type KnownMembers } from './known-members.ts';

/** What the members of a pack are written down with. */
const headerSchema = z.object({
  schema: z.literal(1),
  /** Digest (hex) of the published file that has these members. */
  pack: z.string(),
  /** Each file of that pack by its name, and the milliseconds of its last change. */
  files: z.array(z.tuple([z.string(), z.number()])),
  count: z.number(),
  /** See KnownMembers. */
  states: z.array(z.tuple([z.number(), z.string()])),
});
export type KeptHeader = Omit<z.infer<typeof headerSchema>, 'schema' | 'count' | 'states'>;

/** What is written down. */
export interface KeptMembers extends KnownMembers {
  readonly header: KeptHeader;
  /** Of each member the number of the layer that it lies in; 0 is the base. */
  readonly origins: Uint16Array;
}

const deflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.deflate);
const inflate = promisify<Buffer, Buffer>(zlib.inflate);

/** Bytes that it may have: enough for ten million members. */
const largest = 2 ** 30;

/** Members in a block. */
const blockSize = 2 ** 14;

const columns = ['mode', 'uid', 'gid', 'size', 'mtime', 'major', 'minor', 'link', 'ino', 'ctime'] as const;

/**
 * Writes the members of a pack to a file that must not exist; for root alone, as web servers give out the
 * folder. What had not settled at `since` (see isSettled) is not known again later.
 * Times later than `latest` (seconds) are written as that one.
 */
export async function writeKeptMembers(
  path: string,
  { header, members, states, origins }: KeptMembers,
  { since, latest = Infinity }: { readonly since: number; readonly latest?: number | undefined },
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const add = async (bytes: Buffer): Promise<void> => {
      const packed = await deflate(bytes, { level: 1 });
      const length = Buffer.alloc(4);
      length.writeUInt32LE(packed.length);
      await file.writeFile(Buffer.concat([length, packed]));
    };
    await add(
      Buffer.from(JSON.stringify({ schema: 1, ...header, count: members.length, states: [...states] })),
    );
    for (let first = 0; first < members.length; first += blockSize) {
      const end = Math.min(first + blockSize, members.length);
      await add(encode(members, origins.slice(first, end), first, since, latest));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Count, columns, numbers of layers, then the paths, each ended by a zero byte. */
function encode(
  members: MemberTable,
  origins: Uint16Array,
  first: number,
  since: number,
  latest: number,
): Buffer {
  const count = origins.length;
  const values = new Float64Array(count * columns.length);
  const paths: string[] = [];
  for (let row = 0; row < count; row++) paths.push(members.pathAt(first + row));
  for (const [place, column] of columns.entries()) {
    for (let row = 0; row < count; row++) {
      values[place * count + row] = kept(members, first + row, column, since, latest);
    }
  }
  const head = Buffer.alloc(8);
  head.writeUInt32LE(count);
  const text = Buffer.from(`${paths.join('\0')}\0`, 'latin1');
  return Buffer.concat([head, Buffer.from(values.buffer), Buffer.from(origins.buffer), text]);
}

function kept(
  members: MemberTable,
  index: number,
  column: NumberColumn,
  since: number,
  latest: number,
): number {
  const value = members.numberAt(index, column);
  if (column === 'mtime') return Math.min(value, latest);
  // What does not come from the tree has neither inode nor time.
  return column === 'ctime' && members.numberAt(index, 'ino') !== 0 && !isSettled(value, since) ? NaN : value;
}

/** Reads what writeKeptMembers wrote; undefined where it is not there, or not to be read any more. */
export async function readKeptMembers(path: string): Promise<KeptMembers | undefined> {
  try {
    const bytes = await readRegularFile(path, largest);
    const blocks = blocksOf(bytes);
    const head = blocks.next();
    if (head.done) return undefined;
    const text = (await inflate(head.value)).toString();
    const { schema: _, count, states, ...header } = headerSchema.parse(JSON.parse(text));
    const members = memberTable();
    const origins = new Uint16Array(count);
    for (const block of blocks) decode(await inflate(block), members, origins);
    return members.length === count ? { header, members, states: new Map(states), origins } : undefined;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function* blocksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) throw new RangeError('it is cut short');
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}

function decode(block: Buffer, members: MemberTable, origins: Uint16Array): void {
  const count = block.readUInt32LE(0);
  const originsAt = 8 + count * columns.length * Float64Array.BYTES_PER_ELEMENT;
  const pathsAt = originsAt + count * Uint16Array.BYTES_PER_ELEMENT;
  // Copies, as numbers lie at multiples of their length.
  const copied = (from: number, to: number) => Uint8Array.prototype.slice.call(block, from, to).buffer;
  const values = new Float64Array(copied(8, originsAt));
  origins.set(new Uint16Array(copied(originsAt, pathsAt)), members.length);
  const paths = block.toString('latin1', pathsAt).split('\0');
  const member = { ...nothing };
  for (let row = 0; row < count; row++) {
    for (const [column, name] of columns.entries()) member[name] = values[column * count + row] ?? 0;
    members.addAt(paths[row] ?? '', member);
  }
}

const nothing = {
  ...{ mode: 0, uid: 0, gid: 0, size: 0, mtime: 0, major: 0, minor: 0, link: 0, ino: 0, ctime: 0 },
  override: undefined,
};

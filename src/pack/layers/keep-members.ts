import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import * as z from 'zod';
import { readRegularFile } from '../../base/regular-file.ts';
import { memberTable } from '../members/member-table.ts';
import { isSparse, isWide, newSegment, type Segment, segmentBits, segmentSize } from '../members/segment.ts';
import { isSettled, type KnownMembers } from './known-members.ts';

/** What the members of a pack are written down with. */
const headerSchema = z.object({
  schema: z.literal(2),
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
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);

/**
 * Blocks come in one piece then: for each zlib waits until the rest of us has a moment, and several are copied
 * into one.
 */
const chunkSize = 2 * 1024 * 1024;

/** Bytes that it may have: enough for ten million members. */
const largest = 2 ** 30;

/** What is written of a segment; the numbers of devices may be others when a host has started anew. */
const columns = [
  ...(['folder', 'mode', 'uid', 'gid', 'size', 'mtime'] as const),
  ...(['major', 'minor', 'link', 'ino', 'ctime'] as const),
] as const;

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
    let last: Promise<void> = Promise.resolve();
    // The next block is made while the last one is packed and written.
    const add = async (bytes: Buffer): Promise<void> => {
      await last;
      last = writeBlock(file, bytes);
      last.catch(() => {});
    };
    const { length, segments, folders } = members.columns;
    await add(Buffer.from(JSON.stringify({ schema: 2, ...header, count: length, states: [...states] })));
    await add(Buffer.from(folders.join('\0'), 'latin1'));
    for (const [place, segment] of segments.entries()) {
      const first = place << segmentBits;
      const settled = withSettledTimes(segment, since, latest);
      await add(encode(settled, origins.slice(first, Math.min(first + segmentSize, length))));
    }
    await last;
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeBlock(file: FileHandle, bytes: Buffer): Promise<void> {
  const packed = await deflate(bytes, { level: 1, chunkSize });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(packed.length);
  await file.writeFile(Buffer.concat([length, packed]));
}

/** What a later pack may go by. */
function withSettledTimes(segment: Segment, since: number, latest: number): Segment {
  const mtime = segment.mtime.map((time) => Math.min(time, latest));
  // What does not come from the tree has neither inode nor time.
  const ctime = segment.ctime.map((time, row) =>
    segment.ino[row] !== 0 && !isSettled(time, since) ? NaN : time,
  );
  return { ...segment, mtime, ctime };
}

/** Columns, numbers of layers, ends of the names, then the names. */
function encode(segment: Segment, origins: Uint16Array): Buffer {
  const count = origins.length;
  const parts = columns.map((column) => {
    const values = segment[column].subarray(0, count);
    return bytesOf(isWide(column) ? Float64Array.from(values) : values);
  });
  const names = segment.names.subarray(0, segment.name[count]);
  return Buffer.concat([...parts, bytesOf(origins), bytesOf(segment.name.subarray(1, count + 1)), names]);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Reads what writeKeptMembers wrote; undefined where it is not there, or not to be read any more. */
export async function readKeptMembers(path: string): Promise<KeptMembers | undefined> {
  try {
    const blocks = blockReader(await readRegularFile(path, largest));
    const text = (await blocks.next()).toString();
    const { schema: _, count, states, ...header } = headerSchema.parse(JSON.parse(text));
    const folders = (await blocks.next()).toString('latin1').split('\0');
    const origins = new Uint16Array(count);
    const segments: Segment[] = [];
    for (let first = 0; first < count; first += segmentSize) {
      segments.push(decode(await blocks.next(), origins.subarray(first, first + segmentSize)));
    }
    if (!blocks.isOver()) return undefined;
    const members = memberTable({ length: count, segments, folders });
    return { header, members, states: new Map(states), origins };
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** Unpacks block by block, the next one while the last one is worked on. */
function blockReader(bytes: Buffer) {
  const blocks = blocksOf(bytes);
  const ahead = (): Promise<Buffer> | undefined => {
    const block = blocks.next();
    if (block.done) return undefined;
    const unpacked = inflate(block.value, { chunkSize });
    unpacked.catch(() => {});
    return unpacked;
  };
  let coming = ahead();
  return {
    next: (): Promise<Buffer> => {
      const now = coming;
      if (now === undefined) throw new RangeError('it is cut short');
      coming = ahead();
      return now;
    },
    isOver: () => coming === undefined,
  };
}

function* blocksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) throw new RangeError('it is cut short');
    yield bytes.subarray(at + 4, end);
    at = end;
  }
}

function decode(block: Buffer, origins: Uint16Array): Segment {
  const count = origins.length;
  const segment = newSegment();
  let at = 0;
  const read = (column: Uint16Array | Uint32Array | Float64Array): void => {
    const bytes = bytesOf(column);
    if (at + bytes.length > block.length) throw new RangeError('it is cut short');
    bytes.set(block.subarray(at, (at += bytes.length)));
  };
  for (const column of columns) {
    if (isWide(column)) segment[column] = new Float64Array(segmentSize);
    if (!isSparse(column)) {
      read(segment[column].subarray(0, count));
      continue;
    }
    const values = new Uint32Array(segmentSize);
    read(values.subarray(0, count));
    if (values.some((value) => value !== 0)) segment[column] = values;
  }
  read(origins);
  read(segment.name.subarray(1, count + 1));
  if (block.length - at !== segment.name[count]) throw new RangeError('it is cut short');
  // A copy, as a part would keep all of the block in memory.
  return { ...segment, names: Buffer.concat([block.subarray(at)]) };
}

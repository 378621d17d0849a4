import type { Member, MemberValues } from './member.ts';

/** Members in one segment of a table, as a power of two. */
export const segmentBits = 14;
export const segmentSize = 2 ** segmentBits;

/** Bytes that the names of a segment have room for at first. */
const usualNames = 16 * segmentSize;

/**
 * Columns of so many members, and their names one behind the other. A column in which all are 0 is the one that
 * all segments share: of a million members it saves 28 MB, narrow numbers 12 MB more.
 */
export interface Segment {
  /** Place of its path among those of the table's folders. */
  readonly folder: Uint32Array;
  /** Where each name begins; the next one's beginning is its end. */
  readonly name: Uint32Array;
  readonly mode: Uint32Array;
  uid: Uint32Array;
  gid: Uint32Array;
  size: Numbers;
  mtime: Numbers;
  major: Uint32Array;
  minor: Uint32Array;
  link: Uint32Array;
  /** Place of the number of the device among `devices`. */
  device: Uint32Array;
  readonly devices: number[];
  ino: Numbers;
  readonly ctime: Float64Array;
  names: Buffer;
}

/** Numbers that mostly have 32 bits; the column becomes one of wider numbers with the first that has not. */
export type Numbers = Uint32Array | Float64Array;

/** Columns that mostly have nothing but 0. */
const sparseColumns = ['uid', 'gid', 'major', 'minor', 'link', 'device'] as const;
/** Columns of which each segment has numbers of its own width. */
const wideColumns = ['size', 'mtime', 'ino'] as const;
type WideColumn = (typeof wideColumns)[number];

/** Whether the numbers of a column may have more than 32 bits. */
export function isWide(column: keyof Segment): column is WideColumn {
  return wideColumns.some((one) => one === column);
}

type SparseColumn = (typeof sparseColumns)[number];

/** Whether a column of a segment may be the one that all share, and is not to be written to then. */
export function isSparse(column: keyof Segment): column is SparseColumn {
  return sparseColumns.some((one) => one === column);
}

const zeros = new Uint32Array(segmentSize);

/** A segment in which nothing is. */
export function newSegment(): Segment {
  return {
    folder: new Uint32Array(segmentSize),
    name: new Uint32Array(segmentSize + 1),
    mode: new Uint32Array(segmentSize),
    uid: zeros,
    gid: zeros,
    size: new Uint32Array(segmentSize),
    mtime: new Uint32Array(segmentSize),
    major: zeros,
    minor: zeros,
    link: zeros,
    device: zeros,
    devices: [],
    ino: new Uint32Array(segmentSize),
    ctime: new Float64Array(segmentSize),
    names: Buffer.allocUnsafeSlow(usualNames),
  };
}

/** Puts a member into a row, but for its name and what is not kept in columns. */
export function writeRow(segment: Segment, row: number, member: MemberValues): void {
  const { dev = 0 } = member;
  const known = segment.devices.indexOf(dev);
  segment.mode[row] = member.mode;
  setSparse(segment, 'uid', row, member.uid);
  setSparse(segment, 'gid', row, member.gid);
  setNumber(segment, 'size', row, member.size);
  setNumber(segment, 'mtime', row, member.mtime);
  setSparse(segment, 'major', row, member.major);
  setSparse(segment, 'minor', row, member.minor);
  setSparse(segment, 'link', row, member.link);
  setSparse(segment, 'device', row, known === -1 ? segment.devices.push(dev) - 1 : known);
  setNumber(segment, 'ino', row, member.ino ?? 0);
  segment.ctime[row] = member.ctime ?? 0;
}

function setNumber(segment: Segment, column: WideColumn, row: number, value: number): void {
  if (value >>> 0 !== value && segment[column] instanceof Uint32Array) {
    segment[column] = Float64Array.from(segment[column]);
  }
  segment[column][row] = value;
}

function setSparse(segment: Segment, column: SparseColumn, row: number, value: number): void {
  if (segment[column] === zeros) {
    if (value === 0) return;
    segment[column] = new Uint32Array(segmentSize);
  }
  segment[column][row] = value;
}

/**
 * A member of a row and of what is not kept in columns. No function of its own for reading a column, and no
 * spreading: this runs for every member of every pass.
 */
export function readRow(
  segment: Segment,
  row: number,
  rest: Pick<Member, 'path' | 'override' | 'stored'>,
): Member {
  return {
    path: rest.path,
    mode: segment.mode[row] ?? 0,
    uid: segment.uid[row] ?? 0,
    gid: segment.gid[row] ?? 0,
    size: segment.size[row] ?? 0,
    mtime: segment.mtime[row] ?? 0,
    major: segment.major[row] ?? 0,
    minor: segment.minor[row] ?? 0,
    link: segment.link[row] ?? 0,
    dev: segment.devices[segment.device[row] ?? 0] ?? 0,
    ino: segment.ino[row] ?? 0,
    ctime: segment.ctime[row] ?? 0,
    override: rest.override,
    stored: rest.stored,
  };
}

/** Writes a name at its place and gives where it ends. */
export function addName(segment: Segment, start: number, name: string): number {
  const end = start + name.length;
  if (end > segment.names.length) {
    segment.names = Buffer.concat([segment.names], end + Math.ceil(segment.names.length / 4));
  }
  const { names } = segment;
  // Quicker for a name than a call of write().
  for (let at = 0; at < name.length; at++) names[start + at] = name.charCodeAt(at);
  return end;
}

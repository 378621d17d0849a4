import type { Member, MemberValues } from './member-table.ts';

/** Members in one segment of a table, as a power of two. */
export const segmentBits = 14;
export const segmentSize = 2 ** segmentBits;

/** Bytes that the names of a segment have room for at first. */
const usualNames = 16 * segmentSize;

/** Columns of so many members, and their names one behind the other. */
export interface Segment {
  /** Place of its path among those of the table's folders. */
  readonly folder: Uint32Array;
  /** Where each name begins; the next one's beginning is its end. */
  readonly name: Uint32Array;
  readonly mode: Uint32Array;
  readonly uid: Uint32Array;
  readonly gid: Uint32Array;
  readonly size: Float64Array;
  readonly mtime: Float64Array;
  readonly major: Uint32Array;
  readonly minor: Uint32Array;
  readonly link: Uint32Array;
  readonly dev: Float64Array;
  readonly ino: Float64Array;
  readonly ctime: Float64Array;
  names: Buffer;
}

/** A segment in which nothing is. */
export function newSegment(): Segment {
  return {
    folder: new Uint32Array(segmentSize),
    name: new Uint32Array(segmentSize + 1),
    mode: new Uint32Array(segmentSize),
    uid: new Uint32Array(segmentSize),
    gid: new Uint32Array(segmentSize),
    size: new Float64Array(segmentSize),
    mtime: new Float64Array(segmentSize),
    major: new Uint32Array(segmentSize),
    minor: new Uint32Array(segmentSize),
    link: new Uint32Array(segmentSize),
    dev: new Float64Array(segmentSize),
    ino: new Float64Array(segmentSize),
    ctime: new Float64Array(segmentSize),
    names: Buffer.allocUnsafeSlow(usualNames),
  };
}

/** Puts a member into a row, but for its name and what is not kept in columns. */
export function writeRow(segment: Segment, row: number, member: MemberValues): void {
  segment.mode[row] = member.mode;
  segment.uid[row] = member.uid;
  segment.gid[row] = member.gid;
  segment.size[row] = member.size;
  segment.mtime[row] = member.mtime;
  segment.major[row] = member.major;
  segment.minor[row] = member.minor;
  segment.link[row] = member.link;
  segment.dev[row] = member.dev ?? 0;
  segment.ino[row] = member.ino ?? 0;
  segment.ctime[row] = member.ctime ?? 0;
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
    dev: segment.dev[row] ?? 0,
    ino: segment.ino[row] ?? 0,
    ctime: segment.ctime[row] ?? 0,
    override: rest.override,
    stored: rest.stored,
  };
}

/** Writes a name at its place and gives where it ends. */
export function addName(segment: Segment, start: number, name: string): number {
  const end = start + name.length;
  if (end > segment.names.length) segment.names = Buffer.concat([segment.names], segment.names.length + end);
  const { names } = segment;
  // Quicker for a name than a call of write().
  for (let at = 0; at < name.length; at++) names[start + at] = name.charCodeAt(at);
  return end;
}

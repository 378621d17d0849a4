import type { Override } from './override.ts';

/** What is known of a member besides its name. */
export interface MemberValues {
  /** With the file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content, or of the link target. */
  readonly size: number;
  /** Whole seconds since the epoch. */
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
  /** Number of the group of names that are hard links of one file, from 1; 0 = none. */
  readonly link: number;
  /** Device and inode of what was selected in the tree: only these are read. */
  readonly dev?: number;
  readonly ino?: number;
  /** Milliseconds since the epoch: when anything of what was selected in the tree changed last. */
  readonly ctime?: number;
  /** Where the content comes from when it is not the tree. */
  readonly override: Override | undefined;
  /**
   * Of a file for which its file system has markedly fewer bytes than it is long (holes, or compression): how
   * many.
   */
  readonly stored?: number | undefined;
}

/** One member of the archive to be. */
export interface Member extends MemberValues {
  /** Binary, relative to the root, without `./`; `.` for the root itself. */
  readonly path: string;
}

/** What is known of every member as a number. */
export type NumberColumn =
  'mode' | 'uid' | 'gid' | 'size' | 'mtime' | 'major' | 'minor' | 'link' | 'dev' | 'ino' | 'ctime';

export interface MemberTable {
  readonly length: number;
  /**
   * Adds a member at the end. `folder` is the path of the folder it lies in, `.` for the root, empty for the
   * root itself.
   */
  add(folder: string, name: string, member: MemberValues): void;
  /** The same for a member by its path. */
  addAt(path: string, member: MemberValues): void;
  /** Forgets all members from this place on. */
  truncate(length: number): void;
  at(index: number): Member;
  /** The same as `at(index)[column]`, for passes that need no more. */
  numberAt(index: number, column: NumberColumn): number;
  /** The same as `at(index).path`. */
  pathAt(index: number): string;
  modeAt(index: number): number;
  linkAt(index: number): number;
  /** Seconds since the epoch. */
  timeAt(index: number): number;
  /** Places of the members that do not come from the tree, ascending. */
  overridden(): Iterable<number>;
  /** Places of the members that have a `stored`, ascending, each with it. */
  sparse(): Iterable<readonly [index: number, stored: number]>;
  [Symbol.iterator](): Iterator<Member>;
}

/** Members in one segment of the table, as a power of two. */
const segmentBits = 14;
const segmentSize = 2 ** segmentBits;

/** Bytes that the names of a segment have room for at first. */
const usualNames = 16 * segmentSize;

/** Columns of so many members, and their names one behind the other. */
interface Segment {
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

/**
 * A list of members in typed arrays, with each folder's path kept once: 200,000 members take about 15 MB, a
 * fifth of what as many objects do, and the garbage collector has nothing to copy. `at` and the iterator make
 * the objects that writers read.
 */
export function memberTable(): MemberTable {
  let length = 0;
  const segments: Segment[] = [];
  const folders = numbering();
  const overrides = new Map<number, Override>();
  const stored = new Map<number, number>();

  const segmentOf = (index: number): Segment => {
    const segment = index >= 0 && index < length ? segments[index >> segmentBits] : undefined;
    if (segment === undefined) throw new RangeError(`no member ${index}`);
    return segment;
  };

  const pathAt = (index: number): string => {
    const segment = segmentOf(index);
    const row = index % segmentSize;
    const folder = folders.texts[segment.folder[row] ?? 0] ?? '';
    const name = segment.names.toString('latin1', segment.name[row], segment.name[row + 1]);
    return folder === '' || folder === '.' ? name : `${folder}/${name}`;
  };

  const at = (index: number): Member =>
    readRow(segmentOf(index), index % segmentSize, {
      path: pathAt(index),
      override: overrides.get(index),
      stored: stored.get(index),
    });

  const add = (folder: string, name: string, member: MemberValues): void => {
    const segment = (segments[length >> segmentBits] ??= newSegment());
    const row = length % segmentSize;
    segment.folder[row] = folders.numberOf(folder);
    segment.name[row + 1] = addName(segment, segment.name[row] ?? 0, name);
    writeRow(segment, row, member);
    if (member.override !== undefined) overrides.set(length, member.override);
    if (member.stored !== undefined) stored.set(length, member.stored);
    length += 1;
  };

  return {
    get length() {
      return length;
    },
    add,
    addAt: (path, member) => add(folderOf(path), path.slice(path.lastIndexOf('/') + 1), member),
    truncate: (to) => {
      for (const map of [overrides, stored]) {
        for (let index = to; index < length; index++) map.delete(index);
      }
      length = Math.min(length, to);
    },
    at,
    numberAt: (index, column) => segmentOf(index)[column][index % segmentSize] ?? 0,
    pathAt,
    modeAt: (index) => segmentOf(index).mode[index % segmentSize] ?? 0,
    linkAt: (index) => segmentOf(index).link[index % segmentSize] ?? 0,
    timeAt: (index) => segmentOf(index).mtime[index % segmentSize] ?? 0,
    overridden: () => overrides.keys(),
    sparse: () => stored,
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield at(index);
    },
  };
}

function newSegment(): Segment {
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

function writeRow(segment: Segment, row: number, member: MemberValues): void {
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
function readRow(segment: Segment, row: number, rest: Pick<Member, 'path' | 'override' | 'stored'>): Member {
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

/** The folder that a path lies in: `.` for the root, empty for the root itself. */
export function folderOf(path: string): string {
  if (path === '.') return '';
  const cut = path.lastIndexOf('/');
  return cut === -1 ? '.' : path.slice(0, cut);
}

/** Gives each text a number, from 0 on; `texts` has them at their number. */
function numbering(): { readonly texts: readonly string[]; numberOf(text: string): number } {
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  // Most members lie in the folder of the one before.
  let last = { text: '', number: -1 };
  const numberOf = (text: string): number => {
    if (last.number !== -1 && last.text === text) return last.number;
    const number = numbers.get(text) ?? texts.push(text) - 1;
    numbers.set(text, number);
    last = { text, number };
    return number;
  };
  return { texts, numberOf };
}

/** Writes a name at its place and gives where it ends. */
function addName(segment: Segment, start: number, name: string): number {
  const end = start + name.length;
  if (end > segment.names.length) segment.names = Buffer.concat([segment.names], segment.names.length + end);
  segment.names.write(name, start, 'latin1');
  return end;
}

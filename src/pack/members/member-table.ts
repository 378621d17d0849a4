import type { Member, MemberValues } from './member.ts';
import type { Override } from './override.ts';
import { addName, newSegment, readRow, type Segment, segmentBits, segmentSize, writeRow } from './segment.ts';

export type { Member, MemberValues } from './member.ts';

/** The columns of a table, for what reads or writes many members at once; not to be changed. */
export interface TableColumns {
  readonly length: number;
  /** `segmentSize` members each, the last one fewer. */
  readonly segments: readonly Segment[];
  /** Paths of folders; a member has the place of its own. */
  readonly folders: readonly string[];
}

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
  /** The same as `at(index).path`. */
  pathAt(index: number): string;
  /** The last part of its path. */
  nameAt(index: number): string;
  modeAt(index: number): number;
  linkAt(index: number): number;
  sizeAt(index: number): number;
  /** Seconds since the epoch. */
  timeAt(index: number): number;
  /** Its ctime in milliseconds since the epoch; 0 for what does not come from the tree. */
  changedAt(index: number): number;
  /** Whether it comes from the tree, with an inode that is known. */
  hasInode(index: number): boolean;
  /** Places of the members that do not come from the tree, ascending. */
  overridden(): Iterable<number>;
  /** Places of the members that have a `stored`, ascending, each with it. */
  sparse(): Iterable<readonly [index: number, stored: number]>;
  readonly columns: TableColumns;
  [Symbol.iterator](): Iterator<Member>;
}

/** What a table is made of. */
interface Rows {
  length: number;
  readonly segments: Segment[];
  readonly folders: Numbering;
  readonly overrides: Map<number, Override>;
  readonly stored: Map<number, number>;
}

/**
 * A list of members in typed arrays, with each folder's path kept once: 200,000 members take about 12 MB, a
 * sixth of what as many objects do, and the garbage collector has nothing to copy. `at` and the iterator make
 * the objects that writers read. Begins with the columns that are given, which are its own from then on.
 */
export function memberTable(from?: TableColumns): MemberTable {
  const rows: Rows = {
    length: from?.length ?? 0,
    segments: [...(from?.segments ?? [])],
    folders: numbering(from?.folders),
    overrides: new Map(),
    stored: new Map(),
  };
  const add = (folder: string, name: string, member: MemberValues) => addRow(rows, folder, name, member);
  const readers = readersOf(rows);
  return {
    get length() {
      return rows.length;
    },
    add,
    addAt: (path, member) => add(folderOf(path), path.slice(path.lastIndexOf('/') + 1), member),
    truncate: (to) => {
      for (const map of [rows.overrides, rows.stored]) {
        for (let index = to; index < rows.length; index++) map.delete(index);
      }
      rows.length = Math.min(rows.length, to);
    },
    ...readers,
    overridden: () => rows.overrides.keys(),
    sparse: () => rows.stored,
    get columns() {
      const { length, segments, folders } = rows;
      return { length, segments: segments.slice(0, Math.ceil(length / segmentSize)), folders: folders.texts };
    },
    *[Symbol.iterator]() {
      for (let index = 0; index < rows.length; index++) yield readers.at(index);
    },
  };
}

function addRow(rows: Rows, folder: string, name: string, member: MemberValues): void {
  const { length, segments, folders, overrides, stored } = rows;
  const segment = (segments[length >> segmentBits] ??= newSegment());
  const row = length % segmentSize;
  segment.folder[row] = folders.numberOf(folder);
  segment.name[row + 1] = addName(segment, segment.name[row] ?? 0, name);
  writeRow(segment, row, member);
  if (member.override !== undefined) overrides.set(length, member.override);
  if (member.stored !== undefined) stored.set(length, member.stored);
  rows.length += 1;
}

/** Those of a table that look at one member each. */
function readersOf(rows: Rows) {
  const { segments, folders, overrides, stored } = rows;

  const segmentOf = (index: number): Segment => {
    const segment = index >= 0 && index < rows.length ? segments[index >> segmentBits] : undefined;
    if (segment === undefined) throw new RangeError(`no member ${index}`);
    return segment;
  };

  const nameAt = (index: number): string => {
    const segment = segmentOf(index);
    const row = index % segmentSize;
    return segment.names.toString('latin1', segment.name[row], segment.name[row + 1]);
  };

  const pathAt = (index: number): string => {
    const name = nameAt(index);
    const folder = folders.texts[segmentOf(index).folder[index % segmentSize] ?? 0] ?? '';
    return folder === '' || folder === '.' ? name : `${folder}/${name}`;
  };

  const at = (index: number): Member =>
    readRow(segmentOf(index), index % segmentSize, {
      path: pathAt(index),
      override: overrides.get(index),
      stored: stored.get(index),
    });

  return {
    at,
    pathAt,
    nameAt,
    modeAt: (index: number) => segmentOf(index).mode[index % segmentSize] ?? 0,
    linkAt: (index: number) => segmentOf(index).link[index % segmentSize] ?? 0,
    sizeAt: (index: number) => segmentOf(index).size[index % segmentSize] ?? 0,
    timeAt: (index: number) => segmentOf(index).mtime[index % segmentSize] ?? 0,
    changedAt: (index: number) => segmentOf(index).ctime[index % segmentSize] ?? 0,
    hasInode: (index: number) => segmentOf(index).ino[index % segmentSize] !== 0,
  };
}

/** The folder that a path lies in: `.` for the root, empty for the root itself. */
export function folderOf(path: string): string {
  if (path === '.') return '';
  const cut = path.lastIndexOf('/');
  return cut === -1 ? '.' : path.slice(0, cut);
}

/** Gives each text a number, from 0 on; `texts` has them at their number. */
interface Numbering {
  readonly texts: readonly string[];
  numberOf(text: string): number;
}

function numbering(from: readonly string[] = []): Numbering {
  const texts = [...from];
  const numbers = new Map(texts.map((text, number) => [text, number]));
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

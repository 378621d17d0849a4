import { elfKind, half, long, word } from './elf-bytes.ts';

/** What the kernel and the loader need to know of a program or library. */
export interface Elf {
  /** Class and machine: only files of the same kind can be loaded together. */
  readonly kind: string;
  /** The program that loads it, such as `/lib64/ld-linux-x86-64.so.2`; binary. */
  readonly interpreter: string | undefined;
  /** Names of libraries; binary. */
  readonly needed: readonly string[];
  /** DT_RUNPATH, or DT_RPATH where there is none; `$ORIGIN` as it stands. */
  readonly runPath: readonly string[];
}

/** Reads bytes of a file; fewer at its end. */
export type ReadAt = (offset: number, length: number) => Buffer;

const most = { headers: 512, dynamic: 65_536, strings: 4 * 1024 * 1024, name: 4096 } as const;
const segment = { load: 1, dynamic: 2, interpreter: 3 } as const;
const tag = { end: 0, needed: 1, strings: 5, stringsSize: 10, rpath: 15, runPath: 29 } as const;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads the little of an ELF file (System V gABI, chapters 4 and 5) that tells what else has to be there to
 * run it, for any architecture of either byte order. Undefined for what is none or makes no sense; never
 * reads more than a few megabytes.
 */
export function readElf(readAt: ReadAt): Elf | undefined {
  try {
    return parse(readAt);
  } catch (error) {
    // Offsets that lead out of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parse(readAt: ReadAt): Elf | undefined {
  const head = readAt(0, 64);
  const found = elfKind(head);
  if (found === undefined) return undefined;
  const { isWide, isBig } = found;
  const kind = `${head[4]} ${head[5]} ${half(head, 18, isBig)}`;
  const segments = readSegments(readAt, head, isWide, isBig);
  const interpreterAt = segments.find(({ type }) => type === segment.interpreter);
  const interpreter =
    interpreterAt && text(readAt(interpreterAt.offset, Math.min(interpreterAt.size, most.name)), 0);
  const dynamicAt = segments.find(({ type }) => type === segment.dynamic);
  if (dynamicAt === undefined) return { kind, interpreter, needed: [], runPath: [] };

  const table = readAt(dynamicAt.offset, Math.min(dynamicAt.size, most.dynamic));
  const entries = pairs(table, isWide, isBig);
  const valueOf = (wanted: number) => entries.find(([name]) => name === wanted)?.[1];
  const strings = stringTable(readAt, segments, valueOf(tag.strings), valueOf(tag.stringsSize));
  const names = (wanted: number) =>
    entries.flatMap(([name, value]) => (name === wanted ? [text(strings, value)] : []));
  const paths = names(tag.runPath).length > 0 ? names(tag.runPath) : names(tag.rpath);
  return {
    kind,
    interpreter,
    needed: names(tag.needed),
    runPath: paths.flatMap((path) => path.split(':')).filter((path) => path !== ''),
  };
}

function readSegments(readAt: ReadAt, head: Buffer, isWide: boolean, isBig: boolean): Segment[] {
  const offset = isWide ? long(head, 32, isBig) : word(head, 28, isBig);
  const size = half(head, isWide ? 54 : 42, isBig);
  const count = Math.min(half(head, isWide ? 56 : 44, isBig), most.headers);
  if (size < (isWide ? 56 : 32)) return [];
  const table = readAt(offset, size * count);
  return Array.from({ length: Math.floor(table.length / size) }, (_, index) => {
    const at = index * size;
    const type = word(table, at, isBig);
    if (!isWide) {
      const [from, address, length] = [4, 8, 16].map((place) => word(table, at + place, isBig));
      return { type, offset: from ?? 0, address: address ?? 0, size: length ?? 0 };
    }
    const [from, address, length] = [8, 16, 32].map((place) => long(table, at + place, isBig));
    return { type, offset: from ?? 0, address: address ?? 0, size: length ?? 0 };
  });
}

/** Tags and values of a dynamic section up to its end mark. */
function pairs(table: Buffer, isWide: boolean, isBig: boolean): [number, number][] {
  const size = isWide ? 8 : 4;
  const read = isWide ? long : word;
  const found: [number, number][] = [];
  for (let at = 0; at + 2 * size <= table.length; at += 2 * size) {
    const name = read(table, at, isBig);
    if (name === tag.end) break;
    found.push([name, read(table, at + size, isBig)]);
  }
  return found;
}

function stringTable(
  readAt: ReadAt,
  segments: readonly Segment[],
  address: number | undefined,
  size: number | undefined,
): Buffer {
  const home = segments.find(
    (one) =>
      one.type === segment.load &&
      address !== undefined &&
      address >= one.address &&
      address < one.address + one.size,
  );
  if (home === undefined || address === undefined) return Buffer.alloc(0);
  return readAt(home.offset + address - home.address, Math.min(size ?? 0, most.strings));
}

/** A text up to its end mark. */
function text(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, Math.min(end === -1 ? bytes.length : end, start + most.name));
}

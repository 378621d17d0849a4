/** Types of tags (rpm: rpmtag.h) by which values are read. */
const valueLength: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 };
const type = { int16: 3, int32: 4, int64: 5, text: 6, texts: 8, international: 9 } as const;

/** Tags of rpm that we read. */
export const rpmTag = {
  sha256: 273,
  ...{ name: 1000, version: 1001, release: 1002, epoch: 1003, summary: 1004, size: 1009 },
  ...{ vendor: 1011, license: 1014, url: 1020, arch: 1022, fileSizes: 1028, fileModes: 1030 },
  ...{ fileDigests: 1035, fileFlags: 1037, sourceRpm: 1044, provides: 1047, requires: 1049 },
  ...{ folderOf: 1116, baseNames: 1117, folders: 1118, longFileSizes: 5008, longSize: 5009 },
  ...{ digestKind: 5011, recommends: 5046, moduleLabel: 5096 },
} as const;

/** Marks of rpm for a file that its package names without bringing it (rpmfiles.h: RPMFILE_GHOST). */
export const ghostFlag = 1 << 6;

/** What a package's header holds, by tag; empty where it does not have one. */
export interface RpmHeader {
  texts(tag: number): string[];
  numbers(tag: number): number[];
}

/** Of a header: as many tags as no package has. */
const mostTags = 65_536;

/**
 * Reads a header as databases hold it (rpm: docs/manual/format_header.md, without its magic). Throws
 * RangeError for what is none.
 */
export function readRpmHeader(blob: Buffer): RpmHeader {
  const count = blob.readUInt32BE(0);
  const data = 8 + 16 * count;
  if (count > mostTags || data + blob.readUInt32BE(4) > blob.length)
    throw new RangeError('a header is cut short');
  const entries = new Map<number, number>();
  for (let at = 8; at < data; at += 16) entries.set(blob.readUInt32BE(at), at);
  const entryOf = (tag: number) => {
    const at = entries.get(tag);
    if (at === undefined) return undefined;
    const [kind, offset, length] = [4, 8, 12].map((place) => blob.readUInt32BE(at + place));
    return { kind: kind ?? 0, start: data + (offset ?? 0), length: length ?? 0 };
  };
  /** Where the next value begins. */
  const endOf = (start: number): number => {
    let end = blob.length;
    for (const at of entries.values()) {
      const other = data + blob.readUInt32BE(at + 8);
      if (other > start && other < end) end = other;
    }
    return end;
  };
  return {
    texts: (tag) => {
      const entry = entryOf(tag);
      const isText =
        entry?.kind === type.text || entry?.kind === type.texts || entry?.kind === type.international;
      if (entry === undefined || !isText) return [];
      // Of one in several languages the first is the plain one.
      const wanted = entry.kind === type.texts ? entry.length : 1;
      return readTexts(blob, entry.start, endOf(entry.start), wanted);
    },
    numbers: (tag) => {
      const entry = entryOf(tag);
      const length = valueLength[entry?.kind ?? 0] ?? 0;
      if (entry === undefined || length === 0) return [];
      if (entry.start + entry.length * length > blob.length) throw new RangeError('a header is cut short');
      const found: number[] = [];
      for (let index = 0; index < entry.length; index++) {
        found.push(readNumber(blob, entry.start + index * length, length));
      }
      return found;
    },
  };
}

function readTexts(blob: Buffer, start: number, end: number, wanted: number): string[] {
  const found = blob.toString('utf8', start, end).split('\0', wanted + 1);
  if (found.length <= wanted) throw new RangeError('a text has no end');
  found.length = wanted;
  return found;
}

function readNumber(blob: Buffer, at: number, length: number): number {
  if (length === 4) return blob.readUInt32BE(at);
  return length === 8
    ? blob.readUInt32BE(at) * 2 ** 32 + blob.readUInt32BE(at + 4)
    : blob.readUIntBE(at, length);
}

import { type ElfKind, elfKind, half, long, word } from '../../base/elf-bytes.ts';

/** What a kernel module says of itself and needs of the kernel. */
export interface ModuleInfo {
  /** `vermagic`, such as `5.14.0-427.el9.x86_64 SMP preempt mod_unload modversions `, without blanks at its ends. */
  readonly vermagic: string;
  /** Names of modules that it needs, `-` as `_`. */
  readonly depends: readonly string[];
  readonly firmware: readonly string[];
  /** CRCs of the symbols that it was compiled against; empty for a kernel without symbol versions. */
  readonly versions: ReadonlyMap<string, number>;
  /** Symbols that it takes from elsewhere and cannot do without. */
  readonly undefined: readonly string[];
  /** Symbols that it gives to others, with their CRCs where it has any. */
  readonly exports: ReadonlyMap<string, number | undefined>;
  readonly isSigned: boolean;
}

const signatureMark = '~Module signature appended~\n';

interface Section {
  readonly name: string;
  readonly link: number;
  readonly bytes: Buffer;
}

/**
 * Reads an uncompressed kernel module of any architecture (Linux: scripts/mod/modpost.c writes what is read
 * here). Undefined for what is none or makes no sense.
 */
export function readModule(file: Buffer): ModuleInfo | undefined {
  try {
    const kind = elfKind(file);
    return kind === undefined ? undefined : parse(file, kind);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parse(file: Buffer, kind: ElfKind): ModuleInfo | undefined {
  const sections = readSections(file, kind);
  const bytesOf = (name: string) => sections.find((one) => one.name === name)?.bytes ?? Buffer.alloc(0);
  const info = bytesOf('.modinfo').toString('latin1').split('\0');
  if (info.length < 2) return undefined;
  const values = (key: string) =>
    info.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  return {
    vermagic: (values('vermagic')[0] ?? '').trim(),
    depends: values('depends')
      .flatMap((list) => list.split(','))
      .filter((name) => name !== '')
      .map(moduleName),
    firmware: values('firmware'),
    versions: readVersions(bytesOf, kind),
    ...readSymbols(sections, kind),
    isSigned: file.toString('latin1', file.length - signatureMark.length) === signatureMark,
  };
}

/** The one name of a module, in which `-` and `_` are the same. */
export function moduleName(word: string): string {
  return word.replaceAll('-', '_');
}

function readSections(file: Buffer, { isWide, isBig }: ElfKind): Section[] {
  const number = isWide ? long : word;
  const start = number(file, isWide ? 40 : 32, isBig);
  const [size, count, namesAt] = (isWide ? [58, 60, 62] : [46, 48, 50]).map((at) => half(file, at, isBig));
  const heads = Array.from({ length: count ?? 0 }, (_, index) => {
    const at = start + index * (size ?? 0);
    const [offset, length, link] = isWide ? [24, 32, 40] : [16, 20, 24];
    return {
      name: word(file, at, isBig),
      // SHT_NOBITS has nothing in the file.
      length: word(file, at + 4, isBig) === 8 ? 0 : number(file, at + (length ?? 0), isBig),
      offset: number(file, at + (offset ?? 0), isBig),
      link: word(file, at + (link ?? 0), isBig),
    };
  });
  const within = heads.map((head) => {
    if (head.offset + head.length > file.length) throw new RangeError('a section is cut short');
    return { ...head, bytes: file.subarray(head.offset, head.offset + head.length) };
  });
  const names = within[namesAt ?? 0]?.bytes ?? Buffer.alloc(0);
  return within.map(({ name, link, bytes }) => ({ name: textAt(names, name), link, bytes }));
}

/** Records of 64 bytes, CRC and name; since Linux 6.14 also two lists for names that do not fit. */
function readVersions(bytesOf: (name: string) => Buffer, { isWide, isBig }: ElfKind): Map<string, number> {
  const found = new Map<string, number>();
  const records = bytesOf('__versions');
  const crcLength = isWide ? 8 : 4;
  for (let at = 0; at + 64 <= records.length; at += 64) {
    const crc = isWide ? long(records, at, isBig) : word(records, at, isBig);
    found.set(textAt(records.subarray(at, at + 64), crcLength), crc >>> 0);
  }
  const crcs = bytesOf('__version_ext_crcs');
  const names = bytesOf('__version_ext_names').toString('latin1').split('\0');
  for (let index = 0; 4 * index + 4 <= crcs.length; index++) {
    found.set(names[index] ?? '', word(crcs, 4 * index, isBig));
  }
  return found;
}

const weak = 2;
/** st_shndx of symbols that have a value and no section. */
const absolute = 0xfff1;

function readSymbols(sections: readonly Section[], kind: ElfKind): Pick<ModuleInfo, 'undefined' | 'exports'> {
  const { isWide, isBig } = kind;
  const table = sections.find(({ name }) => name === '.symtab');
  const names = sections[table?.link ?? -1]?.bytes ?? Buffer.alloc(0);
  const missing: string[] = [];
  const exports = new Map<string, number | undefined>();
  const size = isWide ? 24 : 16;
  for (let at = size; table !== undefined && at + size <= table.bytes.length; at += size) {
    const name = textAt(names, word(table.bytes, at, isBig));
    const section = half(table.bytes, at + (isWide ? 6 : 14), isBig);
    const binding = (table.bytes[at + (isWide ? 4 : 12)] ?? 0) >>> 4;
    if (section === 0) {
      if (name !== '' && binding !== weak) missing.push(name);
    } else if (name.startsWith('__ksymtab_')) {
      const symbol = name.slice('__ksymtab_'.length);
      exports.set(symbol, exports.get(symbol));
    } else if (name.startsWith('__crc_')) {
      const value = isWide ? long(table.bytes, at + 8, isBig) : word(table.bytes, at + 4, isBig);
      const crcs = sections[section]?.bytes;
      const crc = section === absolute ? value >>> 0 : crcs && word(crcs, value, isBig);
      exports.set(name.slice('__crc_'.length), crc);
    }
  }
  return { undefined: missing, exports };
}

function textAt(bytes: Buffer, start: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, end === -1 ? bytes.length : end);
}

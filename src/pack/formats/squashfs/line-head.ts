import { fileType } from '../../members/mode.ts';

/** What stands before a name in a line of `unsquashfs -lln`. */
interface LineHead {
  /** With the file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of files and links. */
  readonly size: number | undefined;
  /** Where the name begins. */
  readonly end: number;
}

/**
 * Kind and permissions, owner and size (or device), time. Numbers of devices are not read: unsquashfs before 4.6
 * writes large ones wrong.
 */
const shape = /[-dlbcps][-rwxsStT]{9} \d+\/\d+ +(?:\d+|-?\d+, *-?\d+) \d+-\d\d-\d\d \d\d:\d\d /y;

/** Where the owner stands in it. */
const ownerAt = 11;

const types: ReadonlyMap<string, number> = new Map([
  ['-', fileType.regular],
  ['d', fileType.folder],
  ['l', fileType.symlink],
  ['b', fileType.block],
  ['c', fileType.character],
  ['p', fileType.fifo],
  ['s', fileType.socket],
]);

/**
 * Reads what stands from `at` on; undefined when it is not of this shape. Takes no parts out of the expression:
 * of 200,000 lines the garbage collector would have more to do than we.
 */
export function readLineHead(text: string, at: number): LineHead | undefined {
  shape.lastIndex = at;
  if (!shape.test(text)) return undefined;
  const end = shape.lastIndex;
  const mode = knownMode(text.slice(at, at + ownerAt - 1));
  const groupAt = text.indexOf('/', at + ownerAt) + 1;
  let sizeAt = text.indexOf(' ', groupAt);
  while (text[sizeAt] === ' ') sizeAt += 1;
  const type = mode & fileType.mask;
  const hasSize = type === fileType.regular || type === fileType.symlink;
  return {
    mode,
    uid: numberAt(text, at + ownerAt),
    gid: numberAt(text, groupAt),
    size: hasSize ? numberAt(text, sizeAt) : undefined,
    end,
  };
}

function numberAt(text: string, start: number): number {
  let value = 0;
  for (let at = start; ; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return value;
    value = 10 * value + digit;
  }
}

/** A tree has few different ones. */
const known = new Map<string, number>();

/** `-rwsr-x--T` as a mode. */
function knownMode(text: string): number {
  const mode = known.get(text) ?? (types.get(text[0] ?? '') ?? 0) | permissionBits(text.slice(1));
  known.set(text, mode);
  return mode;
}

/** `rwsr-x--T` as bits. */
function permissionBits(text: string): number {
  let bits = 0;
  for (let place = 0; place < text.length; place++) {
    const char = text[place] ?? '-';
    if (char !== '-' && char !== 'S' && char !== 'T') bits |= 0o400 >> place;
    if (/[sS]/.test(char)) bits |= place === 2 ? 0o4000 : 0o2000;
    if (/[tT]/.test(char)) bits |= 0o1000;
  }
  return bits;
}

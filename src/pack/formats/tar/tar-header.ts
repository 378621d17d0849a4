/** What one header says. Strings are binary. */
export interface TarHeader {
  readonly name: string;
  /**
   * `0` file, `1` hard link, `2` symbolic link, `3` character and `4` block device, `5` folder, `6` fifo, `x`
   * records for the next header.
   */
  readonly type: '0' | '1' | '2' | '3' | '4' | '5' | '6' | 'x';
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly linkName: string;
  readonly major: number;
  readonly minor: number;
}

export const blockSize = 512;
export const nameLength = 100;
const largest = { uid: 0o7777777, size: 0o77777777777 } as const;

/**
 * One header block of the ustar format; what does not fit is cut: its records say it. Owners have numbers
 * only.
 */
export function tarHeader(header: TarHeader): string {
  const before =
    header.name.slice(0, nameLength).padEnd(nameLength, '\0') +
    octal(header.mode & 0o7777, 8) +
    octal(fitting(header.uid, largest.uid), 8) +
    octal(fitting(header.gid, largest.uid), 8) +
    octal(fitting(header.size, largest.size), 12) +
    octal(fitting(header.mtime, largest.size), 12);
  const after =
    header.type +
    header.linkName.slice(0, nameLength).padEnd(nameLength, '\0') +
    ownerless +
    octal(header.major, 8) +
    octal(header.minor, 8);
  // As if the sum itself were blanks.
  const sum = codes(before) + 8 * 0x20 + codes(after);
  return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}${rest}`;
}

/** Magic and version, and no names of owners. */
const ownerless = 'ustar\u000000'.padEnd(8 + 64, '\0');

/** From the prefix on nothing is used. */
const rest = '\0'.repeat(blockSize - 345);

function codes(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum += text.charCodeAt(at);
  return sum;
}

function fitting(value: number, most: number): number {
  return value >= 0 && value <= most ? value : 0;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

export type TarRecord = readonly [key: string, value: string];

/**
 * The pax records that say what the header cannot, in a fixed order, then `more`; empty when there is nothing
 * to add.
 */
export function paxRecords(header: TarHeader, more: readonly TarRecord[]): string {
  const records: TarRecord[] = [];
  if (header.name.length > nameLength) records.push(['path', header.name]);
  if (header.linkName.length > nameLength) records.push(['linkpath', header.linkName]);
  if (header.size > largest.size) records.push(['size', `${header.size}`]);
  if (header.uid > largest.uid) records.push(['uid', `${header.uid}`]);
  if (header.gid > largest.uid) records.push(['gid', `${header.gid}`]);
  if (fitting(header.mtime, largest.size) !== header.mtime) records.push(['mtime', `${header.mtime}`]);
  if (records.length + more.length === 0) return '';
  // Without this, readers take names for UTF-8.
  if ([...records, ...more].some(([key, value]) => isName(key) && !isUtf8(value))) {
    records.unshift(['hdrcharset', 'BINARY']);
  }
  return [...records, ...more].map(([key, value]) => paxRecord(key, value)).join('');
}

function isName(key: string): boolean {
  return key === 'path' || key === 'linkpath' || key === 'GNU.sparse.name';
}

function isUtf8(binary: string): boolean {
  const bytes = Buffer.from(binary, 'latin1');
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes);
}

/** `length key=value\n`, where the length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}`.length + rest.length > length) length += 1;
  return `${length}${rest}`;
}

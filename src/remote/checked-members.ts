import { RootimgError } from '../base/errors.ts';

const blockSize = 512;

/** Bytes of the records of one member: names and extended attributes. */
const mostRecords = 4 * 1024 * 1024;

/**
 * Records that GNU tar writes and that are understood here; of any other one nobody could say what it does
 * when the archive is unpacked.
 */
const knownRecords =
  /^(path|linkpath|size|uid|gid|uname|gname|mtime|atime|ctime|GNU\.sparse\.(major|minor|name|realsize)|SCHILY\.(xattr\..+|acl\.(access|default))|RHT\.security\.selinux)$/;

/** What may stand in such an archive. */
export interface AllowedMembers {
  /** A folder with anything in it: the tree. */
  readonly tree: string;
  /** A folder with files in it. */
  readonly logs: string;
  /** Names of plain files. */
  readonly files: readonly string[];
}

interface Member {
  readonly path: string;
  readonly type: string;
  readonly target: string | undefined;
}

/**
 * Hands on a tar archive (POSIX, as GNU tar writes it) whose every member has been looked at before its first
 * byte goes on: whoever unpacks it in an empty folder writes nothing outside of that. Throws
 * `archive-refused` for an absolute name, `..`, a name that comes twice, one below a link, a hard link to
 * what did not come before, and for whatever is read in more than one way; `archive-short` for one that ends
 * too early.
 */
export async function* checkedMembers(
  archive: AsyncIterable<Buffer>,
  allowed: AllowedMembers,
): AsyncGenerator<Buffer> {
  const check = memberCheck(allowed);
  let rest: Buffer = Buffer.alloc(0);
  let content = 0;
  let records = new Map<string, string>();
  let ended = false;
  for await (const chunk of archive) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (at < data.length) {
      const step = Math.min(content, data.length - at);
      content -= step;
      at += step;
      const header = data.subarray(at, at + blockSize);
      if (content > 0 || header.length < blockSize) break;
      if (header.every((byte) => byte === 0)) {
        ended = true;
        at += blockSize;
        continue;
      }
      if (ended) throw refused('something follows its end');
      const { type, size } = readHeader(header, records);
      if (type === 'x') {
        if (size > mostRecords || records.size > 0) throw refused('its records make no sense');
        const whole = blockSize + padded(size);
        if (data.length - at < whole) break;
        records = readRecords(data.toString('latin1', at + blockSize, at + blockSize + size));
        at += whole;
        continue;
      }
      for (const member of readMembers(header, type, records)) check(member);
      records = new Map();
      content = padded(size);
      at += blockSize;
    }
    rest = data.subarray(at);
    if (at > 0) yield data.subarray(0, at);
  }
  if (!ended || content > 0 || rest.length > 0 || records.size > 0) {
    throw new RootimgError('archive-short', 'What came from the node ends too early.');
  }
}

function readHeader(header: Buffer, records: ReadonlyMap<string, string>): { type: string; size: number } {
  // The sum is of all bytes, its own field taken as blanks. An iterator takes ten times as long.
  let sum = 8 * 0x20;
  for (let at = 0; at < blockSize; at += at === 147 ? 9 : 1) sum += header[at] ?? 0;
  if (sum !== octal(header, 148, 8)) throw refused('a header is damaged');
  const type = header.toString('latin1', 156, 157);
  if (!/^[0-6x]$/.test(type)) throw refused(`it has a member of kind ${JSON.stringify(type)}`);
  const said = records.get('size');
  if (said !== undefined && !/^\d{1,15}$/.test(said)) throw refused('a size is no number');
  const size = said === undefined || type === 'x' ? octal(header, 124, 12) : Number(said);
  if (size > 0 && type !== '0' && type !== 'x') throw refused('what is no file has content');
  return { type, size };
}

/** The member by all names that it may be taken for: readers differ in which one they choose. */
function readMembers(header: Buffer, type: string, records: ReadonlyMap<string, string>): Member[] {
  const prefix = text(header, 345, 155);
  const name = text(header, 0, 100);
  const own = records.get('GNU.sparse.name') ?? records.get('path');
  const target = records.get('linkpath') ?? text(header, 157, 100);
  const others = [records.get('path'), prefix === '' ? name : `${prefix}/${name}`];
  const link = type === '1' || type === '2' ? target : undefined;
  // Of the names that do not count only that they lead nowhere else.
  for (const other of others) if (other !== undefined) partsOf(other);
  return [{ path: own ?? others[1] ?? '', type, target: link }];
}

/** Knows what came before, and throws for what may not follow. */
function memberCheck({ tree, logs, files }: AllowedMembers): (member: Member) => void {
  const kinds = new Map<string, string>();
  return ({ path, type, target }) => {
    const parts = partsOf(path);
    const whole = parts.join('/');
    const shown = JSON.stringify(path);
    const [top = ''] = parts;
    if (kinds.has(whole)) throw refused(`${shown} comes twice`);
    if (parts.length > 1 && kinds.get(parts.slice(0, -1).join('/')) !== '5') {
      throw refused(`${shown} lies below what did not come as a folder`);
    }
    const isFile = type === '0' || type === '1';
    const fits =
      top === tree
        ? parts.length > 1 || type === '5'
        : top === logs
          ? (parts.length === 1 && type === '5') || (parts.length === 2 && type === '0')
          : parts.length === 1 && files.includes(top) && isFile;
    if (!fits) throw refused(`${shown} has no place in an image folder`);
    if (type === '1') {
      const to = partsOf(target ?? '').join('/');
      const kind = kinds.get(to);
      if (kind === undefined || kind === '5')
        throw refused(`${shown} is a hard link to what did not come before`);
      kinds.set(whole, kind);
    } else kinds.set(whole, type);
  };
}

/** The parts of a name below the top folder; throws for one that leads out of it. */
function partsOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || parts.length === 0 || name.includes('\0')) {
    throw refused(`${JSON.stringify(name)} leads out of the folder`);
  }
  return parts;
}

/** `length key=value\n`, where the length counts itself and the value may hold anything. */
function readRecords(data: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length;) {
    const blank = data.indexOf(' ', at);
    const length = data.slice(at, blank);
    const end = at + Number(length);
    const record = data.slice(blank + 1, end);
    const cut = record.indexOf('=');
    if (blank < 0 || !/^\d{1,9}$/.test(length) || cut < 1 || end > data.length || !record.endsWith('\n')) {
      throw refused('a record is damaged');
    }
    const key = record.slice(0, cut);
    if (!knownRecords.test(key) || records.has(key)) throw refused(`it has a record ${JSON.stringify(key)}`);
    records.set(key, record.slice(cut + 1, -1));
    at = end;
  }
  return records;
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.toString('latin1', start, start + length);
  const end = field.indexOf('\0');
  return end === -1 ? field : field.slice(0, end);
}

function octal(block: Buffer, start: number, length: number): number {
  const digits = text(block, start, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw refused('a number of a header is no octal one');
  return parseInt(digits || '0', 8);
}

function padded(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

function refused(why: string): RootimgError {
  return new RootimgError('archive-refused', `What came from the node is refused: ${why}.`, {
    hint: 'Nothing of it was put in place. Look what that node is.',
  });
}

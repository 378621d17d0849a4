import { own } from '../../../base/own.ts';
import type { Extent, Extents } from '../../members/extents.ts';
import type { ByteReader } from '../../streams/byte-reader.ts';
import { fileType } from '../../members/mode.ts';
import type { ReadContent, ReadMember } from '../format.ts';

const blockSize = 512;

const modes: Readonly<Record<string, number>> = {
  '0': fileType.regular,
  '2': fileType.symlink,
  '3': fileType.character,
  '4': fileType.block,
  '5': fileType.folder,
  '6': fileType.fifo,
};

/**
 * Reads a pax archive to its end mark and calls for each member; throws RangeError when it is none or ends
 * too early.
 */
export async function readTar(
  reader: ByteReader,
  onMember: (member: ReadMember) => void,
  readContent?: ReadContent,
): Promise<void> {
  let records = new Map<string, string>();
  for (;;) {
    const block = Buffer.from(await reader.read(blockSize));
    if (block.every((byte) => byte === 0)) return;
    checkSum(block, reader.position - blockSize);
    const type = block.toString('latin1', 156, 157);
    const size = number(records.get('size')) ?? octal(block, 124, 12);
    if (type === 'x') {
      records = parseRecords((await reader.read(size)).toString('latin1'));
      await reader.skip(padding(size));
      continue;
    }
    const kind = own(modes, type);
    if (kind === undefined && type !== '1') throw new RangeError(`unknown tar type ${type}`);
    const start = reader.position;
    const extents = records.get('GNU.sparse.major') === '1' ? await readMap(reader) : undefined;
    const name = records.get('GNU.sparse.name') ?? records.get('path') ?? text(block, 0, 100);
    const path = name === './' ? '.' : name.replace(/^\.\//, '').replace(/\/$/, '');
    const target = records.get('linkpath') ?? text(block, 157, 100);
    const fullSize = number(records.get('GNU.sparse.realsize')) ?? size;
    await readContent?.({ path, size: fullSize, extents });
    onMember({
      path,
      mode: kind === undefined ? undefined : kind | octal(block, 100, 8),
      uid: number(records.get('uid')) ?? octal(block, 108, 8),
      gid: number(records.get('gid')) ?? octal(block, 116, 8),
      size: kind === fileType.symlink ? target.length : fullSize,
      extents,
      target,
    });
    records = new Map();
    await reader.skip(size + padding(size) - (reader.position - start));
  }
}

/** The map before the content of a sparse file: numbers in lines, filled up to a block. */
async function readMap(reader: ByteReader): Promise<Extents> {
  const numbers: number[] = [];
  let rest = '';
  while (numbers.length === 0 || numbers.length < 1 + 2 * (numbers[0] ?? 0)) {
    const lines = (rest + (await reader.read(blockSize)).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    numbers.push(...lines.map(Number));
  }
  const extents: Extent[] = [];
  for (let at = 1; at + 1 < numbers.length; at += 2) {
    extents.push({ offset: numbers[at] ?? NaN, length: numbers[at + 1] ?? NaN });
  }
  if (numbers.some((one) => !Number.isSafeInteger(one)))
    throw new RangeError('the map of a sparse file is damaged');
  return extents;
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.toString('latin1', start, start + length);
  const end = field.indexOf('\0');
  return end === -1 ? field : field.slice(0, end);
}

function octal(block: Buffer, start: number, length: number): number {
  return parseInt(text(block, start, length).trim() || '0', 8);
}

function number(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

function checkSum(block: Buffer, position: number): void {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockSize; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  if (sum !== octal(block, 148, 8)) throw new RangeError(`no tar header at byte ${position}`);
}

/** `length key=value\n`, where the length counts itself and the value may hold anything. */
function parseRecords(data: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length;) {
    const blank = data.indexOf(' ', at);
    const length = Number(data.slice(at, blank));
    const record = data.slice(blank + 1, at + length);
    if (!(length > 0) || !record.endsWith('\n')) throw new RangeError('a pax record is damaged');
    const cut = record.indexOf('=');
    records.set(record.slice(0, cut), record.slice(cut + 1, -1));
    at += length;
  }
  return records;
}

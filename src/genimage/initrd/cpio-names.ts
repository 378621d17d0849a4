import type { Readable } from 'node:stream';

/** Bytes of a newc header: the magic and thirteen numbers of 8 hex digits (cpio newc). */
const headerSize = 110;

export interface CpioMember {
  /** Without a leading `./` or `/`. */
  readonly name: string;
  /** The content, for members that were asked for. */
  readonly content?: Buffer;
}

const padded = (size: number) => Math.ceil(size / 4) * 4;

/**
 * Lists the members of an uncompressed newc archive as it streams by, without keeping their contents but
 * those that `wanted` names. Archives may follow each other (an early microcode archive, then the rest).
 * Throws when the stream is no such archive or ends early.
 */
export async function listCpio(stream: Readable, wanted: (name: string) => boolean): Promise<CpioMember[]> {
  const members: CpioMember[] = [];
  let held: Buffer = Buffer.alloc(0);
  /** Bytes of content and padding still to be passed over. */
  let passOver = 0;
  let ended = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (passOver >= chunk.length) {
      passOver -= chunk.length;
      continue;
    }
    held = Buffer.concat([held, chunk.subarray(passOver)]);
    passOver = 0;
    for (let step = readMember(held, wanted); step !== undefined; step = readMember(held, wanted)) {
      if (step.member !== undefined) members.push(step.member);
      ended = step.trailer;
      passOver = Math.max(0, step.length - held.length);
      held = held.subarray(step.length);
      if (passOver > 0) break;
    }
  }
  if (!ended || held.some((byte) => byte !== 0)) throw new Error('the archive is not whole');
  return members;
}

export interface CpioStep {
  readonly member?: CpioMember;
  /** Of the member (stat(2)). */
  readonly mode: number;
  readonly links: number;
  readonly trailer: boolean;
  /** Bytes of the archive that it takes, which may be more than are there. */
  readonly length: number;
}

/**
 * Length of the uncompressed archives (with the zeros behind them) at the start of a file that goes on
 * compressed; 0 when it is compressed from its first byte. `read` gives up to `length` bytes at a position.
 */
export async function uncompressedLength(
  read: (position: number, length: number) => Promise<Buffer>,
): Promise<number> {
  for (let position = 0; ;) {
    const bytes = await read(position, 4096);
    if (bytes.length === 0 || !/^(0707|\0)/.test(bytes.toString('latin1', 0, 4))) return position;
    const step = readMember(bytes, () => false);
    if (step === undefined) return position;
    position += step.length;
  }
}

/**
 * Reads one member, or zeros between archives, at the start of `bytes`; undefined when more bytes are needed
 * first.
 */
export function readMember(bytes: Buffer, wanted: (name: string) => boolean): CpioStep | undefined {
  // Zeros fill the space between and behind archives, in steps of 4.
  let zeros = 0;
  while (zeros + 4 <= bytes.length && bytes.readUInt32LE(zeros) === 0) zeros += 4;
  if (zeros > 0) return { mode: 0, links: 0, trailer: true, length: zeros };
  if (bytes.length < headerSize) return undefined;
  const magic = bytes.toString('latin1', 0, 6);
  if (magic !== '070701' && magic !== '070702') throw new Error(`no cpio newc header but '${magic}'`);
  const fileSize = number(bytes, 6);
  const nameSize = number(bytes, 11);
  const start = padded(headerSize + nameSize);
  if (bytes.length < start) return undefined;
  // dracut-cpio fills names up with zeros, so that contents begin where blocks of a file system do.
  const [field = ''] = bytes.toString('utf8', headerSize, headerSize + nameSize).split('\0');
  const name = field.replace(/^(\.?\/)+/, '');
  const length = start + padded(fileSize);
  const step = { mode: number(bytes, 1), links: number(bytes, 4), length };
  if (name === 'TRAILER!!!') return { ...step, trailer: true };
  if (!wanted(name)) return { ...step, member: { name }, trailer: false };
  if (bytes.length < start + fileSize) return undefined;
  const content = Buffer.from(bytes.subarray(start, start + fileSize));
  return { ...step, member: { name, content }, trailer: false };
}

/** The field at `index` of a header: 8 hex digits. */
function number(bytes: Buffer, index: number): number {
  return Number.parseInt(bytes.toString('latin1', 6 + index * 8, 14 + index * 8), 16);
}

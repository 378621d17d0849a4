import { readSync } from 'node:fs';
import { deviceNumbers, isDevice, isFolder } from '../../members/mode.ts';

/** What the inodes and folders of an erofs say (Linux, fs/erofs/erofs_fs.h). Strings are binary. */
export interface ErofsMember {
  readonly path: string;
  /** With the file type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly major: number;
  readonly minor: number;
}

const superblockAt = 1024;
const magic = 0xe0f5e1e2;
const inodeUnit = 32;
const direntLength = 12;
const layouts = { plain: 0, inline: 2 } as const;

interface Inode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** First block of the data, or the device number. */
  readonly union: number;
  readonly layout: number;
  /** Where what follows the inode and its attributes begins. */
  readonly end: number;
}

interface FileSystem {
  readonly blockSize: number;
  readonly inodesAt: number;
  readonly rootNid: number;
  readonly window: Window;
}

/** An inode that is still to be read, and the path that leads to it. */
interface Entry {
  readonly nid: number;
  readonly path: string;
}

/**
 * Walks an open erofs file, folders before what is in them, names in the order of their bytes, the root
 * first. Throws RangeError when it is none or is cut short.
 */
export function* readErofs(fd: number): Generator<ErofsMember> {
  const system = openErofs(fd);
  // What is left of each folder on the way; one generator that calls itself would hand each up through all.
  const ways: Iterator<Entry>[] = [[{ nid: system.rootNid, path: '.' }].values()];
  for (let way = ways.at(-1); way !== undefined; way = ways.at(-1)) {
    const { value: entry, done } = way.next();
    if (done) {
      ways.pop();
      continue;
    }
    const inode = readInode(system, entry.nid);
    const { mode, uid, gid, size } = inode;
    const { major, minor } = isDevice(mode) ? deviceNumbers(inode.union) : noDevice;
    yield { path: entry.path, mode, uid, gid, size, major, minor };
    if (isFolder(mode)) ways.push(readFolder(system, inode, entry.path === '.' ? '' : `${entry.path}/`));
  }
}

const noDevice = { major: 0, minor: 0 };

function openErofs(fd: number): FileSystem {
  const window = pieceReader(fd);
  const at = window.show(superblockAt, 128);
  const { bytes } = window;
  if (bytes.readUInt32LE(at) !== magic) throw new RangeError('it is not an erofs');
  const blockBits = bytes.readUInt8(at + 12);
  if (blockBits < 9 || blockBits > 16) throw new RangeError('its blocks have no length');
  const blockSize = 2 ** blockBits;
  return {
    blockSize,
    rootNid: bytes.readUInt16LE(at + 14),
    inodesAt: bytes.readUInt32LE(at + 40) * blockSize,
    window,
  };
}

/** What every inode has. */
const shortInode = 32;

function readInode({ inodesAt, window }: FileSystem, nid: number): Inode {
  const position = inodesAt + nid * inodeUnit;
  let at = window.show(position, shortInode);
  const format = window.bytes.readUInt16LE(at);
  const isExtended = (format & 1) === 1;
  const length = isExtended ? 64 : shortInode;
  if (isExtended) at = window.show(position, length);
  const { bytes } = window;
  const attributes = bytes.readUInt16LE(at + 2);
  const attributeBytes = attributes === 0 ? 0 : 12 + 4 * (attributes - 1);
  return {
    layout: (format >> 1) & 7,
    mode: bytes.readUInt16LE(at + 4),
    size: isExtended ? readUInt64LE(bytes, at + 8) : bytes.readUInt32LE(at + 8),
    union: bytes.readUInt32LE(at + 16),
    uid: isExtended ? bytes.readUInt32LE(at + 24) : bytes.readUInt16LE(at + 24),
    gid: isExtended ? bytes.readUInt32LE(at + 28) : bytes.readUInt16LE(at + 26),
    end: position + length + attributeBytes,
  };
}

function readUInt64LE(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

/**
 * What is in a folder, block by block; the rest of one that is kept inline follows its inode. `before` is
 * what comes before the names.
 */
function* readFolder({ blockSize, window }: FileSystem, inode: Inode, before: string): Generator<Entry> {
  if (inode.layout !== layouts.plain && inode.layout !== layouts.inline) {
    throw new RangeError(`a folder of it has the unknown layout ${inode.layout}`);
  }
  const tail = inode.layout === layouts.inline ? inode.size % blockSize : 0;
  const inBlocks = inode.size - tail;
  for (let at = 0; at < inode.size; at += blockSize) {
    const position = at < inBlocks ? inode.union * blockSize + at : inode.end;
    const length = Math.min(blockSize, inode.size - at);
    const start = window.show(position, length);
    yield* readEntries(window.bytes.subarray(start, start + length), before);
  }
}

/**
 * One block: entries of 12 bytes (inode, beginning of the name, type), then the names, of which the last may
 * be padded.
 */
function readEntries(block: Buffer, before: string): Entry[] {
  const entries: Entry[] = [];
  const names = block.readUInt16LE(8);
  for (let at = 0; at < names; at += direntLength) {
    const start = block.readUInt16LE(at + 8);
    const next = at + direntLength < names ? block.readUInt16LE(at + direntLength + 8) : block.length;
    const padded = block.toString('latin1', start, next);
    const end = padded.indexOf('\0');
    const name = end === -1 ? padded : padded.slice(0, end);
    if (name !== '.' && name !== '..') entries.push({ nid: readUInt64LE(block, at), path: before + name });
  }
  return entries;
}

/** Bytes that are read at once, and how many such pieces are kept: 4 MiB. */
const pieceSize = 16 * 1024;
const keptPieces = 256;

/** Bytes at any place of a file. */
interface Window {
  /** What was shown last, until the next is. */
  readonly bytes: Buffer;
  /** Shows so many bytes at a place of the file; gives where in `bytes` they begin. */
  show(position: number, length: number): number;
}

/** Inodes and folders lie near each other, but are not walked in their order. */
function pieceReader(fd: number): Window {
  const pieces = new Map<number, Buffer>();
  // Memory is used again: the kernel hands out new one page by page.
  const newest = (): Buffer => {
    const [oldest] = pieces.size < keptPieces ? [] : pieces;
    if (oldest === undefined) return Buffer.allocUnsafeSlow(pieceSize);
    pieces.delete(oldest[0]);
    return Buffer.from(oldest[1].buffer);
  };
  const read = (start: number): Buffer => {
    const piece = newest();
    const filled = piece.subarray(0, readSync(fd, piece, 0, pieceSize, start));
    pieces.set(start, filled);
    return filled;
  };
  const pieceAt = (start: number): Buffer => pieces.get(start) ?? read(start);
  const window = {
    bytes: Buffer.alloc(0) as Buffer,
    show: (position: number, length: number): number => {
      const start = position - (position % pieceSize);
      const end = position + length;
      if (end <= start + pieceSize) window.bytes = pieceAt(start);
      else {
        // A copy of each: the next one may take its memory.
        const copies: Buffer[] = [];
        for (let at = start; at < end; at += pieceSize) copies.push(Buffer.from(pieceAt(at)));
        window.bytes = Buffer.concat(copies);
      }
      const at = position - start;
      if (window.bytes.length < at + length) throw new RangeError('it is cut short');
      return at;
    },
  };
  return window;
}

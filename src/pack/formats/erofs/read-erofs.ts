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
  readonly bytes: (position: number, length: number) => Buffer;
}

/**
 * Walks an open erofs file, folders before what is in them, names in the order of their bytes, the root
 * first. Throws RangeError when it is none or is cut short.
 */
export function* readErofs(fd: number): Generator<ErofsMember> {
  const system = openErofs(fd);
  yield* walk(system, system.rootNid, '.');
}

function openErofs(fd: number): FileSystem {
  const bytes = pieceReader(fd);
  const superblock = Buffer.from(bytes(superblockAt, 128));
  if (superblock.readUInt32LE(0) !== magic) throw new RangeError('it is not an erofs');
  const blockBits = superblock.readUInt8(12);
  if (blockBits < 9 || blockBits > 16) throw new RangeError('its blocks have no length');
  const blockSize = 2 ** blockBits;
  return {
    blockSize,
    rootNid: superblock.readUInt16LE(14),
    inodesAt: superblock.readUInt32LE(40) * blockSize,
    bytes,
  };
}

function* walk(system: FileSystem, nid: number, path: string): Generator<ErofsMember> {
  const inode = readInode(system, nid);
  const device = isDevice(inode.mode) ? deviceNumbers(inode.union) : { major: 0, minor: 0 };
  const { mode, uid, gid, size } = inode;
  yield { path, mode, uid, gid, size, ...device };
  if (!isFolder(mode)) return;
  for (const entry of readFolder(system, inode)) {
    if (entry.name === '.' || entry.name === '..') continue;
    yield* walk(system, entry.nid, path === '.' ? entry.name : `${path}/${entry.name}`);
  }
}

function readInode(system: FileSystem, nid: number): Inode {
  const at = system.inodesAt + nid * inodeUnit;
  const format = system.bytes(at, 2).readUInt16LE(0);
  const isExtended = (format & 1) === 1;
  const length = isExtended ? 64 : 32;
  const raw = system.bytes(at, length);
  const attributes = raw.readUInt16LE(2);
  const attributeBytes = attributes === 0 ? 0 : 12 + 4 * (attributes - 1);
  return {
    layout: (format >> 1) & 7,
    mode: raw.readUInt16LE(4),
    size: isExtended ? Number(raw.readBigUInt64LE(8)) : raw.readUInt32LE(8),
    union: raw.readUInt32LE(16),
    uid: isExtended ? raw.readUInt32LE(24) : raw.readUInt16LE(24),
    gid: isExtended ? raw.readUInt32LE(28) : raw.readUInt16LE(26),
    end: at + length + attributeBytes,
  };
}

/** The entries of a folder, block by block; the rest of one that is kept inline follows its inode. */
function* readFolder(system: FileSystem, inode: Inode): Generator<{ nid: number; name: string }> {
  const { blockSize } = system;
  if (inode.layout !== layouts.plain && inode.layout !== layouts.inline) {
    throw new RangeError(`a folder of it has the unknown layout ${inode.layout}`);
  }
  const tail = inode.layout === layouts.inline ? inode.size % blockSize : 0;
  const inBlocks = inode.size - tail;
  for (let at = 0; at < inode.size; at += blockSize) {
    const position = at < inBlocks ? inode.union * blockSize + at : inode.end;
    yield* readEntries(Buffer.from(system.bytes(position, Math.min(blockSize, inode.size - at))));
  }
}

/**
 * One block: entries of 12 bytes (inode, beginning of the name, type), then the names, of which the last may
 * be padded.
 */
function* readEntries(block: Buffer): Generator<{ nid: number; name: string }> {
  const names = block.readUInt16LE(8);
  for (let at = 0; at < names; at += direntLength) {
    const start = block.readUInt16LE(at + 8);
    const next = at + direntLength < names ? block.readUInt16LE(at + direntLength + 8) : block.length;
    const name = block.toString('latin1', start, next);
    const end = name.indexOf('\0');
    yield { nid: Number(block.readBigUInt64LE(at)), name: end === -1 ? name : name.slice(0, end) };
  }
}

/** Bytes that are read at once, and how many such pieces are kept: 4 MiB. */
const pieceSize = 64 * 1024;
const keptPieces = 64;

/** Bytes at any place of a file. Inodes and folders lie near each other, but are not walked in their order. */
function pieceReader(fd: number): (position: number, length: number) => Buffer {
  const pieces = new Map<number, Buffer>();
  const read = (start: number): Buffer => {
    const piece = Buffer.allocUnsafeSlow(pieceSize);
    const [oldest] = pieces.keys();
    if (oldest !== undefined && pieces.size >= keptPieces) pieces.delete(oldest);
    const filled = piece.subarray(0, readSync(fd, piece, 0, pieceSize, start));
    pieces.set(start, filled);
    return filled;
  };
  return (position, length) => {
    const start = position - (position % pieceSize);
    const parts: Buffer[] = [];
    for (let at = start; at < position + length; at += pieceSize) parts.push(pieces.get(at) ?? read(at));
    const [first = Buffer.alloc(0)] = parts;
    const bytes = (parts.length < 2 ? first : Buffer.concat(parts)).subarray(position - start);
    if (bytes.length < length) throw new RangeError('it is cut short');
    return bytes.subarray(0, length);
  };
}

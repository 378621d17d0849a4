import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { posix } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { readMember } from './cpio-names.ts';

interface CpioPlace {
  readonly name: string;
  readonly isFolder: boolean;
  /** Number of names that its content has. */
  readonly links: number;
  /** Byte where it starts, and the first behind it. */
  readonly start: number;
  readonly end: number;
}

/** One archive in a file that may hold several. */
export interface CpioArchive {
  readonly file: string;
  readonly members: readonly CpioPlace[];
  /** Byte where it starts, and where its trailer does. */
  readonly start: number;
  readonly end: number;
}

/** Longer than any path (4096) and the header before it. */
const headerBytes = 8192;

/**
 * Finds the archives of a file and their members by their headers alone. Throws `initrd-damaged` when it ends
 * within one.
 */
export function findArchives(file: string): CpioArchive[] {
  const fd = openSync(file, 'r');
  const archives: CpioArchive[] = [];
  try {
    const bytes = Buffer.alloc(headerBytes);
    let members: CpioPlace[] = [];
    for (let position = 0; ;) {
      const got = readSync(fd, bytes, 0, headerBytes, position);
      if (got === 0 && members.length === 0) return archives;
      const step = readMember(bytes.subarray(0, got), () => false);
      if (step === undefined) {
        throw new RootimgError('initrd-damaged', 'The archive that dracut made is not whole.');
      }
      const end = position + step.length;
      if (step.member !== undefined) {
        const isFolder = (step.mode & 0o170000) === 0o040000;
        members.push({ name: step.member.name, isFolder, links: step.links, start: position, end });
      } else if (members.length > 0) {
        archives.push({ file, members, start: members[0]?.start ?? 0, end: position });
        members = [];
      }
      position = end;
    }
  } finally {
    closeSync(fd);
  }
}

/** Bytes read at a time. */
const pieceSize = 1024 * 1024;

/** An archive as it is, without its trailer, so that another can follow in it. */
export function archiveBytes(archive: CpioArchive): AsyncIterable<Buffer> {
  return createReadStream(archive.file, {
    start: archive.start,
    end: archive.end - 1,
    highWaterMark: pieceSize,
  });
}

/** The same, in the order in which its members are named. */
export async function* memberBytes(archive: CpioArchive): AsyncGenerator<Buffer> {
  const handle = await open(archive.file, 'r');
  try {
    for (const { start, end } of archive.members) yield await readWhole(handle, archive, start, end);
  } finally {
    await handle.close();
  }
}

async function readWhole(
  handle: FileHandle,
  { file }: CpioArchive,
  start: number,
  end: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
  if (bytesRead < bytes.length) throw new RootimgError('initrd-damaged', `${file} is not whole.`);
  return bytes;
}

/**
 * Where a header has the major number of its device (cpio newc), and one that no device has (Linux: 12 bits).
 */
const deviceField = { start: 62, otherDevice: Buffer.from('00001000') };

/**
 * What an archive adds to one that has the members `present`, without its trailer: files and links that are
 * not there yet, and the folders above them. It is marked as coming from another device, because inode
 * numbers may be the same ones: they tell which names are one file.
 */
export async function* addedBytes(
  archive: CpioArchive,
  present: ReadonlySet<string>,
): AsyncGenerator<Buffer> {
  // Which name of a file has its content is known only to who reads them all.
  const added = archive.members.filter(
    ({ name, isFolder, links }) => isFolder || links > 1 || !present.has(name),
  );
  const folders = new Set<string>();
  for (const { name } of added.filter(({ isFolder }) => !isFolder)) {
    for (let path = posix.dirname(name); path !== '.' && !folders.has(path); path = posix.dirname(path)) {
      folders.add(path);
    }
  }
  const handle = await open(archive.file, 'r');
  try {
    for (const { name, isFolder, start, end } of added) {
      if (isFolder && !folders.has(name)) continue;
      const bytes = await readWhole(handle, archive, start, end);
      deviceField.otherDevice.copy(bytes, deviceField.start);
      yield bytes;
    }
  } finally {
    await handle.close();
  }
}

/** The trailer of an archive of `length` bytes, filled up to whole blocks of 512 bytes as cpio(1) does. */
export function trailerBytes(length: number): Buffer {
  const fields = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 11, 0].map((field) => field.toString(16).padStart(8, '0'));
  const trailer = Buffer.from(`070701${fields.join('')}TRAILER!!!\0`);
  return Buffer.concat([trailer, Buffer.alloc(511 - ((length + trailer.length - 1) % 512))]);
}

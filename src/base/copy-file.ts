import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  type PathLike,
  readSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import {
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { both } from './both.ts';
import { RootimgError } from './errors.ts';
import { writeAll } from './write-all.ts';

/** Bytes that are read at once, at most. */
const largestChunk = 4 * 1024 * 1024;

/** Bytes that are read at once of a file that says that it has so many. */
const chunkFor = (size: number): number => Math.min(Math.max(size, 64 * 1024), largestChunk);

interface CopyOptions {
  /** Fails with EEXIST where something is there. */
  readonly exclusive?: boolean;
}

/**
 * Copies a regular file with its mode: as shared blocks where the file system has them, else byte by byte.
 * What is there is overwritten in its place. A source that gives fewer bytes than its size says (cut off
 * meanwhile, on NFS, a failing disk) is an error, `file-shrank`: copyFile of Node.js never ends then.
 */
export async function copyWhole(from: PathLike, to: PathLike, options: CopyOptions = {}): Promise<void> {
  if (await cloneWhole(from, to, options)) return;
  const source = await open(from, 'r');
  try {
    const stats = await source.stat();
    const target = await open(to, writeFlags(options), stats.mode);
    try {
      if (isSameFile(stats, await target.stat())) return;
      await target.truncate(0);
      checkWhole(from, await copyBytes(source, target, stats), stats);
      await target.chmod(stats.mode & modeBits);
    } catch (error) {
      await rm(to, { force: true });
      throw error;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Makes the copy where it can share the blocks of the file, and says whether it has. */
export async function cloneWhole(from: PathLike, to: PathLike, options: CopyOptions = {}): Promise<boolean> {
  return copyFile(from, to, cloneFlags).then(() => true, notCloned(options));
}

/** Copies all bytes, reading on while the last ones are being written; gives their number. */
async function copyBytes(source: FileHandle, target: FileHandle, { size }: Stats): Promise<number> {
  const buffers: Buffer[] = [];
  let written: Promise<void> = Promise.resolve();
  let copied = 0;
  for (let turn = 0; ; turn = 1 - turn) {
    const buffer = (buffers[turn] ??= Buffer.allocUnsafe(chunkFor(size)));
    const [{ bytesRead }] = await both(source.read(buffer, 0, buffer.length, copied), written);
    if (bytesRead === 0) return copied;
    copied += bytesRead;
    written = writeAll(target.fd, buffer.subarray(0, bytesRead));
  }
}

/** The same at once, for work on trees that are open meanwhile. */
export function copyWholeSync(from: PathLike, to: PathLike, options: CopyOptions = {}): void {
  try {
    return copyFileSync(from, to, cloneFlags);
  } catch (error) {
    notCloned(options)(error);
  }
  const source = openSync(from, 'r');
  try {
    const stats = fstatSync(source);
    const target = openSync(to, writeFlags(options), stats.mode);
    try {
      if (isSameFile(stats, fstatSync(target))) return;
      ftruncateSync(target, 0);
      const buffer = Buffer.allocUnsafe(chunkFor(stats.size));
      let copied = 0;
      for (let read = 1; read > 0; copied += read) {
        read = readSync(source, buffer, 0, buffer.length, null);
        writeFileSync(target, buffer.subarray(0, read));
      }
      checkWhole(from, copied, stats);
      fchmodSync(target, stats.mode & modeBits);
    } catch (error) {
      rmSync(to, { force: true });
      throw error;
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

/** Copies the files below a folder with their times, and links as they are; `to` is made. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await copyFolder(source, target);
      continue;
    }
    if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target);
      continue;
    }
    await copyWhole(source, target);
    const { atime, mtime } = await stat(source);
    await utimes(target, atime, mtime);
  }
}

/** A clone is a new file or nothing: what fails leaves all as it was. */
const cloneFlags = constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL;

const modeBits = 0o7777;

function writeFlags({ exclusive = false }: CopyOptions): number {
  return constants.O_WRONLY | constants.O_CREAT | (exclusive ? constants.O_EXCL : 0);
}

/** Whatever hinders a clone hinders a copy too, or does not matter for it; but that something is there. */
function notCloned({ exclusive = false }: CopyOptions): (error: unknown) => false {
  return (error) => {
    if (exclusive && (error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return false;
  };
}

/** Whether two answers are of one file; to copy one onto itself would empty it. */
export function isSameFile(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** Throws `file-shrank` where fewer bytes came than the file says that it has. */
export function checkWhole(file: PathLike, copied: number, { size }: Pick<Stats, 'size'>): void {
  if (copied >= size) return;
  throw new RootimgError('file-shrank', `${String(file)} ends after ${copied} of ${size} bytes.`, {
    hint: 'Somebody writes it at the same time, or its disk fails: look at dmesg, then try again.',
  });
}

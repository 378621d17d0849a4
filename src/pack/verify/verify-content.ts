import { closeSync, createReadStream, openSync, readlinkSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { run } from '../../system/exec.ts';
import { throwIfStopped } from '../../system/signals.ts';
import { temporaryPath } from '../../system/temp.ts';
import { type ByteReader, byteReader } from '../streams/byte-reader.ts';
import { toPath, toShown } from '../../base/bytes.ts';
import { chunkSize } from '../streams/chunk-writer.ts';
import { verifyError } from './compare-members.ts';
import { linkTarget, openMember } from '../members/content.ts';
import { decompress } from '../formats/archive/decompress.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { isRegular, isSymlink } from '../members/mode.ts';
import type { ArchiveReader, ImageReader, ReadMember } from '../formats/format.ts';
import type { PackedFile } from './read-back.ts';
import type { Tree } from '../../system/tree/open-tree.ts';

export interface ContentJob {
  readonly root: Tree;
  readonly members: MemberTable;
  readonly packed: PackedFile;
  /** Where a file system may be unpacked. */
  readonly rootimgdir: string;
}

/**
 * Reads every file and link of a packed image back and compares it byte by byte with what went in. Throws
 * `verify-failed` naming the first that differs.
 */
export async function verifyContent(job: ContentJob): Promise<void> {
  const { reader } = job.packed.format;
  if (reader.kind === 'archive') await verifyArchiveContent(job, reader);
  else await verifyUnpacked(job, reader);
}

async function verifyArchiveContent(
  { packed, root, members }: ContentJob,
  format: ArchiveReader,
): Promise<void> {
  const source = createReadStream(packed.path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  const reader = byteReader(decompress(source, packed.compressor));
  let place = 0;
  await format.read(
    reader,
    (found) => {
      const member = members.at(place);
      if (isSymlink(member.mode)) compareTargets(root, member, found.target);
      place += 1;
    },
    (found) => compareBytes(reader, root, members.at(place), found),
  );
  await reader.drain();
  await reader.close();
}

/**
 * The bytes of one member as they come out of the archive; hard links without bytes are looked at where the
 * bytes are.
 */
async function compareBytes(
  reader: ByteReader,
  root: Tree,
  member: Member,
  { size = 0, extents = [{ offset: 0, length: size }] }: ReadMember,
): Promise<void> {
  if (size === 0) return;
  const source = openSource(root, member);
  try {
    for (const { offset, length } of extents) {
      for (let at = offset; at < offset + length; at += chunkSize) {
        const piece = await reader.read(Math.min(offset + length - at, chunkSize));
        if (!piece.equals(source.read(piece.length, at))) throw differs(member.path);
      }
    }
  } finally {
    source.close();
  }
}

/** So many bytes are compared before others get their turn. */
const bytesPerTurn = 64 * 1024 * 1024;

/** A file system is unpacked beside the image by its own tool. */
async function verifyUnpacked(
  { packed, root, members, rootimgdir }: ContentJob,
  reader: ImageReader,
): Promise<void> {
  const folder = temporaryPath(rootimgdir, 'unpacked');
  let left = bytesPerTurn;
  const turn = async (bytes: number): Promise<void> => {
    left -= bytes;
    if (left > 0) return;
    left = bytesPerTurn;
    await setImmediate();
    throwIfStopped();
  };
  try {
    const argv = reader.unpackArgv(packed.path, folder);
    await run(argv, { action: 'unpack the packed image' });
    for (const member of members) {
      // A small file costs as much as a page.
      await turn(4096);
      const path = `${Buffer.from(folder).toString('latin1')}/${member.path}`;
      if (isRegular(member.mode)) await compareFiles(root, member, path, turn);
      if (isSymlink(member.mode)) compareTargets(root, member, readlinkSync(toPath(path), 'latin1'));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compareTargets(root: Tree, member: Member, found: string | undefined): void {
  if (found !== linkTarget(root, member)) throw differs(member.path);
}

async function compareFiles(
  root: Tree,
  member: Member,
  path: string,
  turn: (bytes: number) => Promise<void>,
): Promise<void> {
  const source = openSource(root, member);
  const found = openFile(path);
  try {
    for (let at = 0; at < member.size; at += chunkSize) {
      const length = Math.min(member.size - at, chunkSize);
      if (!found.read(length, at).equals(source.read(length, at))) throw differs(member.path);
      await turn(length);
    }
    if (found.read(1, member.size).length > 0) throw differs(member.path);
  } finally {
    source.close();
    found.close();
  }
}

interface Source {
  /** Bytes from a place on, fewer at the end. */
  readonly read: (length: number, at: number) => Buffer;
  readonly close: () => void;
}

/** What went into the image for a member. */
function openSource(root: Tree, member: Member): Source {
  const content = member.override?.content;
  if (content === undefined) return sourceOf(openMember(root, member).fd);
  if (!Buffer.isBuffer(content)) return openFile(content.source);
  return { read: (length, at) => content.subarray(at, at + length), close: () => {} };
}

function openFile(path: string): Source {
  return sourceOf(openSync(toPath(path), 'r'));
}

function sourceOf(fd: number): Source {
  return {
    read: (length, at) => {
      const buffer = Buffer.allocUnsafe(length);
      return buffer.subarray(0, readSync(fd, buffer, 0, length, at));
    },
    close: () => closeSync(fd),
  };
}

function differs(path: string): Error {
  return verifyError(`the content of ${toShown(path)} differs from the tree`);
}

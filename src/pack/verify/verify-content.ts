import { type Tree } from '../../system/tree/open-tree.ts';
import { closeSync, createReadStream, openSync, readlinkSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isArchive } from '../../plan/pack-names.ts';
import type { PackPlan } from '../../plan/pack-plan.ts';
import { run } from '../../system/exec.ts';
import { throwIfStopped } from '../../system/signals.ts';
import { temporaryPath } from '../../system/temp.ts';
import { type ByteReader, byteReader } from '../streams/byte-reader.ts';
import { toPath, toShown } from '../../base/bytes.ts';
import { chunkSize } from '../streams/chunk-writer.ts';
import { verifyError } from './compare-members.ts';
import { linkTarget, openMember } from '../members/content.ts';
import { asStreamCompressor } from '../formats/archive/compressors.ts';
import { decompress } from '../formats/archive/decompress.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { isRegular, isSymlink } from '../members/mode.ts';
import { type ReadMember, readCpio } from '../formats/cpio/read-cpio.ts';
import { readTar } from '../formats/tar/read-tar.ts';

export interface ContentJob {
  readonly plan: PackPlan;
  /** The tree, binary. */
  readonly root: Tree;
  readonly members: MemberTable;
  /** The packed file. */
  readonly file: string;
}

/** Reads every file and link of a packed image back and compares it byte by byte with what went in. Throws `verify-failed` naming the first that differs. */
export async function verifyContent(job: ContentJob): Promise<void> {
  if (isArchive(job.plan.method)) await verifyArchiveContent(job);
  else await verifyUnpacked(job);
}

async function verifyArchiveContent({ plan, root, members, file }: ContentJob): Promise<void> {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>;
  const reader = byteReader(decompress(source, asStreamCompressor(plan.compressor)));
  const read = plan.method === 'cpio' ? readCpio : readTar;
  let place = 0;
  await read(
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

/** The bytes of one member as they come out of the archive; hard links without bytes are looked at where the bytes are. */
async function compareBytes(
  reader: ByteReader,
  root: Tree,
  member: Member,
  { size, extents = [{ offset: 0, length: size }] }: Pick<ReadMember, 'size' | 'extents'>,
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

/** A file system is unpacked beside the image by its own tool. */
async function verifyUnpacked({ plan, root, members, file }: ContentJob): Promise<void> {
  const folder = temporaryPath(plan.image.rootimgdir, 'unpacked');
  const argv =
    plan.method === 'squashfs'
      ? ['unsquashfs', '-no-progress', '-quiet', '-no-xattrs', '-dest', folder, file]
      : ['fsck.erofs', `--extract=${folder}`, file];
  try {
    await run(argv, { action: 'unpack the packed image' });
    for (const member of members) {
      throwIfStopped();
      const path = `${Buffer.from(folder).toString('latin1')}/${member.path}`;
      if (isRegular(member.mode)) compareFiles(root, member, path);
      if (isSymlink(member.mode)) compareTargets(root, member, readlinkSync(toPath(path), 'latin1'));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compareTargets(root: Tree, member: Member, found: string): void {
  if (found !== linkTarget(root, member)) throw differs(member.path);
}

function compareFiles(root: Tree, member: Member, path: string): void {
  const source = openSource(root, member);
  const found = openFile(path);
  try {
    for (let at = 0; at < member.size; at += chunkSize) {
      const length = Math.min(member.size - at, chunkSize);
      if (!found.read(length, at).equals(source.read(length, at))) throw differs(member.path);
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

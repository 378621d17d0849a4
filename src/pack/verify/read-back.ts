import type { FileHandle } from 'node:fs/promises';
import { RootimgError } from '../../base/errors.ts';
import { both } from '../../base/both.ts';
import { flushFile, flushGrowing } from '../../base/flush.ts';
import type { PackPlan } from '../../plan/pack-plan.ts';
import { type DigestedFile, digestIfOnDisk, digestOnDisk } from '../../system/file-digest.ts';
import { DamagedStream, decompress } from '../formats/archive/decompress.ts';
import type { ArchiveReader, Format, ImageReader } from '../formats/format.ts';
import type { HoleIndex } from '../members/holes.ts';
import type { MemberTable } from '../members/member-table.ts';
import type { Selection } from '../select/select.ts';
import { byteReader } from '../streams/byte-reader.ts';
import type { ProgramOutput } from '../streams/feed-program.ts';
import { followFile } from '../streams/follow-file.ts';
import { compareMembers, verifyError } from './compare-members.ts';

export interface PackedFile {
  readonly path: string;
  readonly format: Format;
  readonly compressor: string;
}

/**
 * Whether all members of a packed file are read and compared. Always where a tool reads the tree by its
 * names: what it met there may not be what was selected.
 */
export function comparesMembers({ reader }: Format, verify: PackPlan['verify']): boolean {
  return reader.kind === 'image' || verify !== 'digest';
}

/** Throws `verify-failed` where our own writer has not written all of the selection. */
export function checkWriter(
  { output, begun }: { readonly output?: ProgramOutput; readonly begun: number },
  { members, contentBytes }: Pick<Selection, 'members' | 'contentBytes'>,
  holes: HoleIndex,
): void {
  if (output === undefined) return;
  if (begun !== members.length) throw verifyError(`it has ${begun} members instead of ${members.length}`);
  const least = contentBytes - holes.bytes;
  if (output.bytes < least) throw verifyError(`${output.bytes} bytes went in instead of ${least} and more`);
}

/**
 * Reads a packed file that is being written back from its disk, each part when it has been flushed: it must give
 * the bytes that came out of the compressor, all of them. They are written to `copy` too, where it is given. Gives
 * its digest. Throws what `written` throws, and `verify-failed`.
 */
export async function confirmWritten(
  { path, format: { reader }, compressor }: PackedFile,
  written: Promise<ProgramOutput>,
  copy?: FileHandle,
): Promise<DigestedFile> {
  const [output, found] = await both(written, digestOnDisk(path, flushGrowing(path, written), copy));
  if (found?.sha256 !== output.sha256) throw otherBytes();
  try {
    if (reader.kind === 'archive') reader.checkWhole(path, compressor, output.bytes);
  } catch (error) {
    throw asVerifyError(error);
  }
  return found;
}

/**
 * Flushes a packed file that a tool made by itself and reads it back from its disk: it must give the bytes that the
 * kernel has of it. `copy` and digest as above.
 */
export async function confirmMade({ path }: PackedFile, copy?: FileHandle): Promise<DigestedFile> {
  await flushFile(path);
  const found = await digestIfOnDisk(path, copy);
  if (found === undefined) throw otherBytes();
  return found;
}

function otherBytes(): RootimgError {
  return verifyError('the disk gives other bytes back than were written');
}

/**
 * Reads the members of a packed file: they must be the selected ones, one by one. An archive is read already
 * while it is being written, so that it is done soon after; `written` is what comes out of the compressor. Throws
 * `verify-failed` naming the first difference.
 */
export async function readMembers(
  packed: PackedFile,
  members: MemberTable,
  written: Promise<Pick<ProgramOutput, 'bytes'>> = Promise.resolve({ bytes: 0 }),
): Promise<void> {
  const { reader } = packed.format;
  try {
    if (reader.kind === 'archive') await readArchive(packed, reader, members, written);
    else await readImage(packed.path, reader, members);
  } catch (error) {
    throw asVerifyError(error);
  }
}

async function readArchive(
  { path, compressor }: PackedFile,
  format: ArchiveReader,
  members: MemberTable,
  written: Promise<Pick<ProgramOutput, 'bytes'>>,
): Promise<void> {
  const reader = byteReader(decompress(followFile(path, written), compressor));
  const comparison = compareMembers(members, format.carrier);
  try {
    await format.read(reader, comparison.next);
    await reader.drain();
  } catch (error) {
    // A compressor that failed is the cause of all else.
    await written;
    throw error;
  } finally {
    await reader.close();
  }
  comparison.end();
  const { bytes } = await written;
  if (reader.position !== bytes) throw verifyError(`it holds ${reader.position} bytes instead of ${bytes}`);
}

async function readImage(path: string, reader: ImageReader, members: MemberTable): Promise<void> {
  const comparison = compareMembers(members, undefined);
  await reader.list(path, comparison.next, comparison.expected);
  comparison.end();
}

function asVerifyError(error: unknown): unknown {
  if (error instanceof RootimgError) return error;
  return error instanceof RangeError || error instanceof DamagedStream ? verifyError(error.message) : error;
}

import { createHash } from 'node:crypto';
import { RootimgError } from '../../base/errors.ts';
import { type DigestedFile, digestOf } from '../../system/file-digest.ts';
import { DamagedStream, decompress } from '../formats/archive/decompress.ts';
import type { ArchiveReader, Format, ImageReader } from '../formats/format.ts';
import type { MemberTable } from '../members/member-table.ts';
import { byteReader } from '../streams/byte-reader.ts';
import { followFile } from '../streams/follow-file.ts';
import { compareMembers, verifyError } from './compare-members.ts';

export interface PackedFile {
  readonly path: string;
  readonly format: Format;
  readonly compressor: string;
}

/**
 * Reads a packed file back: its digest, and that its members are the selected ones, one by one. An archive is
 * read already while it is being written, so that it is done soon after; `written` is how many bytes went in.
 * Throws `verify-failed` naming the first difference.
 */
export async function readBack(
  packed: PackedFile,
  members: MemberTable,
  written: Promise<number>,
): Promise<DigestedFile> {
  const { reader } = packed.format;
  try {
    if (reader.kind === 'archive') return await readArchive(packed, reader, members, written);
    await written;
    return (await Promise.all([digestOf(packed.path), compareImage(packed.path, reader, members)]))[0];
  } catch (error) {
    throw asVerifyError(error);
  }
}

async function readArchive(
  { path, compressor }: PackedFile,
  format: ArchiveReader,
  members: MemberTable,
  written: Promise<number>,
): Promise<DigestedFile> {
  const hash = createHash('sha256');
  let size = 0;
  const source = counted(followFile(path, written, hash), (bytes) => (size += bytes));
  const reader = byteReader(decompress(source, compressor));
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
  const bytes = await written;
  if (reader.position !== bytes) throw verifyError(`it holds ${reader.position} bytes instead of ${bytes}`);
  return { sha256: hash.digest('hex'), size };
}

async function compareImage(path: string, reader: ImageReader, members: MemberTable): Promise<void> {
  const comparison = compareMembers(members, undefined);
  await reader.list(path, comparison.next, comparison.expected);
  comparison.end();
}

function asVerifyError(error: unknown): unknown {
  if (error instanceof RootimgError) return error;
  return error instanceof RangeError || error instanceof DamagedStream ? verifyError(error.message) : error;
}

async function* counted(
  source: AsyncIterable<Buffer>,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    count(bytes.length);
    yield bytes;
  }
}

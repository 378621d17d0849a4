import { createHash } from 'node:crypto';
import { RootimgError } from '../../base/errors.ts';
import type { StreamCompressor } from '../../plan/pack-names.ts';
import type { DigestedFile } from '../../system/file-digest.ts';
import { byteReader } from '../streams/byte-reader.ts';
import { compareMembers, verifyError } from './compare-members.ts';
import { DamagedStream, decompress } from '../formats/archive/decompress.ts';
import { followFile } from '../streams/follow-file.ts';
import type { MemberTable } from '../members/member-table.ts';
import { readCpio } from '../formats/cpio/read-cpio.ts';
import { readTar } from '../formats/tar/read-tar.ts';

/**
 * Reads a packed file back, already while it is being written, so that it is done soon after: its digest, that it decompresses to as many bytes
 * as went in (`written`), and that the member list is the selected one, member by member. Throws `verify-failed` naming the first difference.
 */
export async function verifyArchive(
  path: string,
  method: 'cpio' | 'tar',
  compressor: StreamCompressor,
  members: MemberTable,
  written: Promise<number>,
): Promise<DigestedFile> {
  const hash = createHash('sha256');
  let size = 0;
  const source = counted(followFile(path, written, hash), (bytes) => (size += bytes));
  const reader = byteReader(decompress(source, compressor));
  const comparison = compareMembers(method, members);
  try {
    await (method === 'cpio' ? readCpio : readTar)(reader, comparison.next);
    await reader.drain();
  } catch (error) {
    // A compressor that failed is the cause of all else.
    await written;
    throw asVerifyError(error);
  } finally {
    await reader.close();
  }
  comparison.end();
  const bytes = await written;
  if (reader.position !== bytes) throw verifyError(`it holds ${reader.position} bytes instead of ${bytes}`);
  return { sha256: hash.digest('hex'), size };
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

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { RootimgError } from '../errors.ts';
import type { PackCompressor } from '../plan/pack-plan.ts';
import { type Running, start } from '../system/exec.ts';
import { throwIfStopped } from '../system/signals.ts';
import { type ByteReader, byteReader } from './byte-reader.ts';
import { toShown } from './bytes.ts';
import { chunkSize } from './chunk-writer.ts';
import { decompressArgv } from './compressors.ts';
import type { Member, MemberTable } from './member-table.ts';
import { isFolder, isRegular } from './mode.ts';
import { readCpio, type ReadMember } from './read-cpio.ts';
import { readTar } from './read-tar.ts';
import { checkStage } from './stage.ts';

export interface VerifiedFile {
  /** hex, of the file as it lies on the disk */
  readonly sha256: string;
  readonly size: number;
}

/**
 * Reads a packed file back from the disk: its digest, that it can be decompressed to as many bytes as went in, and that the member list is the
 * selected one, member by member. Throws `verify-failed` naming the first difference.
 */
export async function verifyArchive(
  path: string,
  method: 'cpio' | 'tar',
  compressor: PackCompressor,
  members: MemberTable,
  bytes: number,
): Promise<VerifiedFile> {
  const argv = decompressArgv(compressor);
  const running = start(argv);
  const comparison = compareMembers(method, members);
  const reader = byteReader(running.stdout);
  const [file] = await Promise.all([
    sendFile(path, running),
    readBack(reader, method, comparison, bytes),
  ]).catch(async (error: unknown) => {
    running.kill('SIGKILL');
    await running.ended;
    throw error;
  });
  checkStage(argv, await running.ended, path);
  return file;
}

async function readBack(
  reader: ByteReader,
  method: 'cpio' | 'tar',
  comparison: { next(member: ReadMember): void; end(): void },
  bytes: number,
): Promise<void> {
  try {
    await (method === 'cpio' ? readCpio : readTar)(reader, comparison.next);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw failed(error.message);
  }
  comparison.end();
  await reader.drain();
  if (reader.position !== bytes) throw failed(`it holds ${reader.position} bytes instead of ${bytes}`);
}

/** Sends a file to a program and gives its digest and size. */
async function sendFile(path: string, running: Running): Promise<VerifiedFile> {
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  let size = 0;
  try {
    for (;;) {
      throwIfStopped();
      const chunk = Buffer.allocUnsafe(chunkSize);
      const read = readSync(fd, chunk, 0, chunkSize, null);
      if (read === 0) break;
      size += read;
      const bytes = chunk.subarray(0, read);
      hash.update(bytes);
      await new Promise<void>((resolve) => running.stdin.write(bytes, () => resolve()));
    }
  } finally {
    closeSync(fd);
  }
  running.stdin.end();
  return { sha256: hash.digest('hex'), size };
}

/** Compares what is read with the members in their order. */
function compareMembers(method: 'cpio' | 'tar', members: MemberTable) {
  let place = 0;
  const lastOfGroup = new Map<number, number>();
  const firstOfGroup = new Map<number, number>();
  for (let index = 0; index < members.length; index++) {
    const { link } = members.at(index);
    if (link === 0) continue;
    if (!firstOfGroup.has(link)) firstOfGroup.set(link, index);
    lastOfGroup.set(link, index);
  }
  const expectedSize = (member: Member, index: number): number => {
    if (!isRegular(member.mode)) return method === 'cpio' && !isFolder(member.mode) ? member.size : 0;
    const carrier = method === 'cpio' ? lastOfGroup : firstOfGroup;
    return (carrier.get(member.link) ?? index) === index ? member.size : 0;
  };
  return {
    next: (found: ReadMember) => {
      if (place >= members.length) throw failed(`${toShown(found.path)} is one member too many`);
      const member = members.at(place);
      if (found.path !== member.path) {
        throw failed(`it holds ${toShown(found.path)} in place of ${toShown(member.path)}`);
      }
      const differs =
        (found.mode !== undefined && found.mode !== member.mode) ||
        found.uid !== member.uid ||
        found.gid !== member.gid ||
        found.size !== expectedSize(member, place);
      if (differs) throw failed(`${toShown(found.path)} is not as it was written`);
      place += 1;
    },
    end: () => {
      if (place < members.length) throw failed(`${toShown(members.at(place).path)} is missing`);
    },
  };
}

function failed(difference: string): RootimgError {
  return new RootimgError('verify-failed', `The packed file is not what was written: ${difference}.`, {
    hint: 'Nothing was published. Check the disk and the memory of this machine.',
  });
}

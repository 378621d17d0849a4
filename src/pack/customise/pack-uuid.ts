import { closeSync, openSync, readSync } from 'node:fs';
import { toPath } from '../select/bytes.ts';
import { chunkSize } from '../archive/chunk-writer.ts';
import type { Member, MemberTable } from '../select/member-table.ts';
import { derivedUuid } from './xcatinfo.ts';

/** The uuid of a reproducible pack: version 5 of the image's name, of all members' headers, and of what the pack itself puts in. */
export function packUuid(name: string, members: MemberTable, latest: number): string {
  return derivedUuid(pieces(name, members, latest));
}

function* pieces(name: string, members: MemberTable, latest: number): Generator<string | Uint8Array> {
  yield `${name}\n${latest}\n`;
  for (const member of members) {
    const { mode, uid, gid, size, major, minor, link } = member;
    const numbers = [mode, uid, gid, size, Math.min(member.mtime, latest), major, minor, link];
    yield Buffer.from(`${member.path}\0${numbers.join(' ')}\n`, 'latin1');
    yield* ownBytes(member);
  }
}

function* ownBytes({ override }: Member): Generator<string | Uint8Array> {
  if (override === undefined) return;
  if (override.target !== undefined) yield Buffer.from(override.target, 'latin1');
  if (Buffer.isBuffer(override.content)) yield override.content;
  else if (override.content !== undefined) yield* fileBytes(override.content.source);
}

function* fileBytes(path: string): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(chunkSize);
  const fd = openSync(toPath(path), 'r');
  try {
    for (let read = 1; read > 0;) {
      read = readSync(fd, buffer, 0, chunkSize, null);
      yield buffer.subarray(0, read);
    }
  } finally {
    closeSync(fd);
  }
}

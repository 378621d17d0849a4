import { closeSync, openSync, readSync } from 'node:fs';
import { toPath } from '../../base/bytes.ts';
import { chunkSize } from '../streams/chunk-writer.ts';
import type { Extents } from '../members/extents.ts';
import { type HoleIndex, noHoles } from '../members/holes.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { turns } from '../../system/turns.ts';
import { uuidHash } from './xcatinfo.ts';

/**
 * The uuid of a reproducible pack: version 5 of the image's name, of all members' headers, and of what the
 * pack itself puts in.
 */
export async function packUuid(
  name: string,
  members: MemberTable,
  latest: number,
  holes: HoleIndex = noHoles,
): Promise<string> {
  const hash = uuidHash();
  const turn = turns();
  for (const piece of pieces(name, members, latest, holes)) {
    hash.update(piece);
    const others = turn();
    if (others !== undefined) await others;
  }
  return hash.uuid();
}

function* pieces(
  name: string,
  members: MemberTable,
  latest: number,
  holes: HoleIndex,
): Generator<string | Uint8Array> {
  yield `${name}\n${latest}\n`;
  for (let index = 0; index < members.length; index++) {
    const member = members.at(index);
    const { mode, uid, gid, size, major, minor, link } = member;
    const numbers = [mode, uid, gid, size, Math.min(member.mtime, latest), major, minor, link];
    yield Buffer.from(`${member.path}\0${numbers.join(' ')}\n`, 'latin1');
    yield* ownBytes(member, holes.at(index));
  }
}

function* ownBytes(
  { override, size }: Member,
  extents: Extents = [{ offset: 0, length: size }],
): Generator<string | Uint8Array> {
  if (override === undefined) return;
  if (override.target !== undefined) yield Buffer.from(override.target, 'latin1');
  if (Buffer.isBuffer(override.content)) yield override.content;
  else if (override.content !== undefined) yield* fileBytes(override.content.source, extents);
}

function* fileBytes(path: string, extents: Extents): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(chunkSize);
  const fd = openSync(toPath(path), 'r');
  try {
    for (const { offset, length } of extents) {
      for (let at = offset; at < offset + length; at += chunkSize) {
        const read = readSync(fd, buffer, 0, Math.min(chunkSize, offset + length - at), at);
        yield buffer.subarray(0, read);
      }
    }
  } finally {
    closeSync(fd);
  }
}

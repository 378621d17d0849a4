import { closeSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { toShown } from '../../base/bytes.ts';
import { verifyError } from './compare-members.ts';
import { type DigestedFile, digestOf } from '../../system/file-digest.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { isFolder } from '../members/mode.ts';
import { type ErofsMember, readErofs } from '../formats/erofs/read-erofs.ts';

/** So many members are looked at before others get their turn. */
const membersPerTurn = 500;

/**
 * Reads an erofs file back from the disk: its digest, and that its inodes and folders are exactly the selected members. Throws `verify-failed`
 * naming the first difference.
 */
export async function verifyErofs(file: string, members: MemberTable): Promise<DigestedFile> {
  return (await Promise.all([digestOf(file), compareWith(file, members)]))[0];
}

async function compareWith(file: string, members: MemberTable): Promise<void> {
  const fd = openSync(file, 'r');
  try {
    let place = 0;
    for (const found of readErofs(fd)) {
      if (place >= members.length) throw verifyError(`${toShown(found.path)} is one member too many`);
      compareOne(found, members.at(place));
      place += 1;
      if (place % membersPerTurn === 0) await setImmediate();
    }
    if (place < members.length) throw verifyError(`${toShown(members.pathAt(place))} is missing`);
  } catch (error) {
    throw error instanceof RangeError ? verifyError(error.message) : error;
  } finally {
    closeSync(fd);
  }
}

function compareOne(found: ErofsMember, member: Member): void {
  if (found.path !== member.path) {
    throw verifyError(`it holds ${toShown(found.path)} in place of ${toShown(member.path)}`);
  }
  const differs =
    found.mode !== member.mode ||
    found.uid !== member.uid ||
    found.gid !== member.gid ||
    (!isFolder(member.mode) && found.size !== member.size) ||
    found.major !== member.major ||
    found.minor !== member.minor;
  if (differs) throw verifyError(`${toShown(found.path)} is not as it was written`);
}

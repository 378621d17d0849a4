import { RootimgError } from '../../base/errors.ts';
import { toShown } from '../../base/bytes.ts';
import type { ArchiveReader, ReadMember } from '../formats/format.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { isRegular, isSymlink } from '../members/mode.ts';

export interface Comparison {
  /** The next member that was read. Throws `verify-failed` when it is not the next one that was written. */
  next(found: ReadMember): void;
  /** The member that comes next; undefined at the end. */
  expected(): Member | undefined;
  /** Throws `verify-failed` when members are missing. */
  end(): void;
}

/**
 * Compares what is read back with the selected members, in their order. In an archive one name of a file has
 * the content, in a file system each.
 */
export function compareMembers(
  members: MemberTable,
  carrier: ArchiveReader['carrier'] | undefined,
): Comparison {
  const carriers = linkCarriers(members, carrier);
  let place = 0;
  // Made once for both who ask for it: of 200,000 members that counts.
  let coming: Member | undefined;
  const expected = () => (coming ??= place < members.length ? members.at(place) : undefined);
  return {
    next: (found) => {
      const member = expected();
      if (member === undefined) throw verifyError(`${toShown(found.path)} is one member too many`);
      if (found.path !== member.path) {
        throw verifyError(`it holds ${toShown(found.path)} in place of ${toShown(member.path)}`);
      }
      const carries = (carriers.get(member.link) ?? place) === place;
      const size = (isRegular(member.mode) && carries) || isSymlink(member.mode) ? member.size : 0;
      if (!isAs(found, member, size)) throw verifyError(`${toShown(found.path)} is not as it was written`);
      place += 1;
      coming = undefined;
    },
    expected,
    end: () => {
      if (place < members.length) throw verifyError(`${toShown(members.pathAt(place))} is missing`);
    },
  };
}

/** What the reader cannot tell is not compared. */
function isAs(found: ReadMember, member: Member, size: number): boolean {
  return (
    isSame(found.mode, member.mode) &&
    isSame(found.uid, member.uid) &&
    isSame(found.gid, member.gid) &&
    isSame(found.size, size) &&
    isSame(found.major, member.major) &&
    isSame(found.minor, member.minor)
  );
}

function isSame(found: number | undefined, wanted: number): boolean {
  return found === undefined || found === wanted;
}

/** Which member of each group of hard links holds the bytes. */
function linkCarriers(
  members: MemberTable,
  carrier: ArchiveReader['carrier'] | undefined,
): Map<number, number> {
  const carriers = new Map<number, number>();
  if (carrier === undefined) return carriers;
  for (let index = 0; index < members.length; index++) {
    const link = members.linkAt(index);
    if (link !== 0 && (carrier === 'last' || !carriers.has(link))) carriers.set(link, index);
  }
  return carriers;
}

export function verifyError(difference: string): RootimgError {
  return new RootimgError('verify-failed', `The packed file is not what was selected: ${difference}.`, {
    hint: 'Nothing was published. If nobody works in the tree, check the disk and the memory of this machine.',
  });
}

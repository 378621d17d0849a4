import { RootimgError } from '../../base/errors.ts';
import { toShown } from '../../base/bytes.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { isFolder, isRegular } from '../members/mode.ts';
import type { ReadMember } from '../formats/cpio/read-cpio.ts';

export interface Comparison {
  /** The next member that was read. Throws `verify-failed` when it is not the next one that was written. */
  next(found: ReadMember): void;
  /** Throws `verify-failed` when members are missing. */
  end(): void;
}

/** Compares what is read back from an archive with the selected members, in their order. */
export function compareMembers(method: 'cpio' | 'tar', members: MemberTable): Comparison {
  const carriers = linkCarriers(method, members);
  let place = 0;
  return {
    next: (found) => {
      if (place >= members.length) throw verifyError(`${toShown(found.path)} is one member too many`);
      const member = members.at(place);
      if (found.path !== member.path) {
        throw verifyError(`it holds ${toShown(found.path)} in place of ${toShown(member.path)}`);
      }
      const carries = (carriers.get(member.link) ?? place) === place;
      const differs =
        (found.mode !== undefined && found.mode !== member.mode) ||
        found.uid !== member.uid ||
        found.gid !== member.gid ||
        found.size !== sizeInArchive(method, member, carries);
      if (differs) throw verifyError(`${toShown(found.path)} is not as it was written`);
      place += 1;
    },
    end: () => {
      if (place < members.length) throw verifyError(`${toShown(members.pathAt(place))} is missing`);
    },
  };
}

/** Which member of each group of hard links holds the bytes: the last in cpio, the first in tar. */
function linkCarriers(method: 'cpio' | 'tar', members: MemberTable): Map<number, number> {
  const carriers = new Map<number, number>();
  for (let index = 0; index < members.length; index++) {
    const link = members.linkAt(index);
    if (link !== 0 && (method === 'cpio' || !carriers.has(link))) carriers.set(link, index);
  }
  return carriers;
}

function sizeInArchive(method: 'cpio' | 'tar', member: Member, carries: boolean): number {
  if (isRegular(member.mode)) return carries ? member.size : 0;
  // cpio keeps the target of a symbolic link as content.
  return method === 'cpio' && !isFolder(member.mode) ? member.size : 0;
}

export function verifyError(difference: string): RootimgError {
  return new RootimgError('verify-failed', `The packed file is not what was selected: ${difference}.`, {
    hint: 'Nothing was published. If nobody works in the tree, check the disk and the memory of this machine.',
  });
}

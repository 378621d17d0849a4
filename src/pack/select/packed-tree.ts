import { targetInTree, type Tree } from '../../system/tree/open-tree.ts';
import { headOf } from '../members/member-bytes.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { isRegular } from '../members/mode.ts';
import { placeOf, seek } from '../members/seek.ts';
import { type Look, placeBy } from '../../system/tree/place-in-tree.ts';

/**
 * An image as a node will have it: what was selected, not what the tree has. Paths are binary, without `./`.
 */
export interface PackedTree {
  /** The member at exactly this path. */
  find(path: string): Member | undefined;
  look: Look;
  /** The regular file that a path leads to, links followed as on the node. */
  file(path: string): Member | undefined;
  /** Paths of all that lies below a folder. */
  below(path: string): Iterable<string>;
  /** The first bytes of a member. */
  read(member: Member, length: number): Buffer;
}

/** Looks into a selection without a table of its own: members stand in the order of their paths. */
export function packedTree(root: Tree, members: MemberTable): PackedTree {
  const find = (path: string): Member | undefined => {
    const place = placeOf(members, path);
    return place === undefined ? undefined : members.at(place);
  };
  const look: Look = (path) => {
    const member = find(path);
    if (member === undefined) return undefined;
    const target = () => member.override?.target ?? targetInTree(root, path);
    return { mode: member.mode, target };
  };
  return {
    find,
    look,
    file: (path) => {
      const member = find(placeBy(look, path, { followLast: true }));
      return member !== undefined && isRegular(member.mode) ? member : undefined;
    },
    *below(path) {
      for (let place = seek(members, `${path}/`); place < members.length; place += 1) {
        const inside = members.pathAt(place);
        if (!inside.startsWith(`${path}/`)) return;
        yield inside;
      }
    },
    read: (member, length) => headOf(root, member, length),
  };
}

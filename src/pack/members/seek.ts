import type { MemberTable } from './member-table.ts';
import { comparePaths } from './path-order.ts';

/** The place of the first member that does not come before this path: a table is in the order of paths. */
export function seek(members: MemberTable, path: string): number {
  let from = 0;
  let to = members.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (comparePaths(members.pathAt(middle), path) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The place of the member at exactly this path. */
export function placeOf(members: MemberTable, path: string): number | undefined {
  const place = seek(members, path);
  return place < members.length && members.pathAt(place) === path ? place : undefined;
}

import type { MemberTable } from '../members/member-table.ts';
import type { KnownMembers } from './known-members.ts';
import type { Pairs } from './pair-members.ts';

/**
 * 1 for each member of now that is new or may be another one than the old at its path. What has the same
 * inode with the same time of its last change has the same content and attributes. Names of one file count as
 * one: when one of them is gone, new or other, all others are as well. Times of now later than `latest`
 * (seconds) count as that one; those of old are as they were packed.
 */
export function changedMembers(
  old: KnownMembers,
  now: KnownMembers,
  { before }: Pick<Pairs, 'before'>,
  latest: number,
): Uint8Array {
  const changed = new Uint8Array(now.members.length);
  for (let index = 0; index < now.members.length; index++) {
    const was = before[index] ?? -1;
    changed[index] = was !== -1 && isSame(old, was, now, index, latest) ? 0 : 1;
  }
  const torn = tornLinks(old.members, now.members, before, changed);
  for (let index = 0; index < now.members.length; index++) {
    if (torn.has(now.members.linkAt(index))) changed[index] = 1;
  }
  return changed;
}

const compared = ['ctime', 'ino', 'mode', 'uid', 'gid', 'size', 'major', 'minor'] as const;

function isSame(old: KnownMembers, was: number, now: KnownMembers, index: number, latest: number): boolean {
  const state = now.states.get(index);
  // What does not come from the tree has no inode.
  if (state === undefined && now.members.numberAt(index, 'ino') === 0) return false;
  return state === old.states.get(was) && isSameFile(old.members, was, now.members, index, latest);
}

function isSameFile(old: MemberTable, was: number, now: MemberTable, index: number, latest: number): boolean {
  for (const column of compared) {
    // A time of the last change that is not known is NaN, which equals nothing.
    if (old.numberAt(was, column) !== now.numberAt(index, column)) return false;
  }
  if ((old.linkAt(was) === 0) !== (now.linkAt(index) === 0)) return false;
  return old.timeAt(was) === Math.min(now.timeAt(index), latest);
}

/** The files of now whose names are not all those that they had. */
function tornLinks(old: MemberTable, now: MemberTable, before: Int32Array, changed: Uint8Array): Set<number> {
  const names = { old: countLinks(old), now: countLinks(now) };
  const partners = new Map<number, number>();
  const torn = new Set<number>();
  for (let index = 0; index < now.length; index++) {
    const link = now.linkAt(index);
    if (link === 0) continue;
    const place = before[index] ?? -1;
    const was = place === -1 ? 0 : old.linkAt(place);
    const partner = partners.get(link) ?? was;
    partners.set(link, partner);
    const isWhole = was !== 0 && was === partner && names.old.get(was) === names.now.get(link);
    if (changed[index] === 1 || !isWhole) torn.add(link);
  }
  return torn;
}

function countLinks(members: MemberTable): Map<number, number> {
  const counts = new Map<number, number>();
  for (let index = 0; index < members.length; index++) {
    const link = members.linkAt(index);
    if (link !== 0) counts.set(link, (counts.get(link) ?? 0) + 1);
  }
  return counts;
}

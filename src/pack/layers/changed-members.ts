import type { MemberTable } from '../members/member-table.ts';
import type { KnownMembers } from './known-members.ts';
import type { Pairs } from './pair-members.ts';
import { isSameInode } from './same-member.ts';

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
  const changed = new Uint8Array(now.members.length).fill(1);
  const oldColumns = old.members.columns;
  const columns = now.members.columns;
  for (let index = 0; index < now.members.length; index++) {
    const was = before[index] ?? -1;
    if (was === -1 || !isSameInode(oldColumns, was, columns, index, latest)) continue;
    // What does not come from the tree has no inode.
    const isKnown = now.members.hasInode(index) || isSameState(old.states.get(was), now.states.get(index));
    if (isKnown) changed[index] = 0;
  }
  const links = { old: linkedMembers(old.members), now: linkedMembers(now.members) };
  const torn = tornLinks(links.old, links.now, before, changed);
  for (const [index, link] of links.now) if (torn.has(link)) changed[index] = 1;
  return changed;
}

function isSameState(old: string | undefined, now: string | undefined): boolean {
  return now !== undefined && now === old;
}

/** The members that are hard links by their places, ascending, each with the number of its file. */
type Links = ReadonlyMap<number, number>;

function linkedMembers(members: MemberTable): Links {
  const links = new Map<number, number>();
  for (let index = 0; index < members.length; index++) {
    const link = members.linkAt(index);
    if (link !== 0) links.set(index, link);
  }
  return links;
}

/** The files of now whose names are not all those that they had. */
function tornLinks(old: Links, now: Links, before: Int32Array, changed: Uint8Array): Set<number> {
  const names = { old: countNames(old), now: countNames(now) };
  const partners = new Map<number, number>();
  const torn = new Set<number>();
  for (const [index, link] of now) {
    const was = old.get(before[index] ?? -1) ?? 0;
    const partner = partners.get(link) ?? was;
    partners.set(link, partner);
    const isWhole = was !== 0 && was === partner && names.old.get(was) === names.now.get(link);
    if (changed[index] === 1 || !isWhole) torn.add(link);
  }
  return torn;
}

function countNames(links: Links): Map<number, number> {
  const counts = new Map<number, number>();
  for (const link of links.values()) counts.set(link, (counts.get(link) ?? 0) + 1);
  return counts;
}

import { type Member, type MemberTable, memberTable } from '../members/member-table.ts';
import { isFolder, isRegular } from '../members/mode.ts';
import { refuseWhiteout, whiteoutAt } from '../members/whiteout.ts';
import { changedMembers } from './changed-members.ts';
import type { KnownMembers } from './known-members.ts';
import { type Gone, pairMembers, type Pairs } from './pair-members.ts';

/** What overlayfs, laid over an earlier pack, turns into another one. */
export interface Difference {
  /** In the order of a selection: what is new or other, the folders it lies in, whiteouts for what is gone. */
  readonly members: MemberTable;
  /** Places of folders of which nothing that lies below shows. */
  readonly opaque: ReadonlySet<number>;
  /** Of each member of the whole image the place of the old one that it still is; -1 of others. */
  readonly kept: Int32Array;
  /** Bytes of its regular files, hard links once. */
  readonly contentBytes: number;
}

/**
 * Finds what has to be laid over `old` so that `now` is seen. Times later than `latest` (seconds) count as
 * that one, as they are packed. Throws `tree-whiteout` where something of it would itself be taken for a mark.
 */
export function difference(old: KnownMembers, now: KnownMembers, latest = Infinity): Difference {
  const pairs = pairMembers(old.members, now.members);
  const changed = changedMembers(old, now, pairs, latest);
  const hiding = findHiding(old.members, now.members, pairs, changed);
  const needed = neededMembers(now.members, pairs, changed, hiding.marked);
  const members = memberTable();
  const opaque = new Set<number>();
  let next = 0;
  const addMarks = (upTo: number): void => {
    for (; (hiding.marked[next]?.before ?? Infinity) <= upTo; next++) {
      const path = old.members.pathAt(hiding.marked[next]?.index ?? 0);
      members.addAt(path, whiteoutAt(path));
    }
  };
  for (let index = 0; index < now.members.length; index++) {
    addMarks(index);
    if (needed[index] === 0) continue;
    const { path, ...values } = now.members.at(index);
    if (values.override === undefined) refuseWhiteout({ path, ...values });
    if (hiding.opaque.has(index)) opaque.add(members.length);
    members.addAt(path, values);
  }
  addMarks(now.members.length);
  const kept = pairs.before.map((was, index) => (changed[index] === 1 ? -1 : was));
  return { members, opaque, kept, contentBytes: contentBytes(members) };
}

interface Hiding {
  /** Folders of now of which nothing below shows. */
  readonly opaque: ReadonlySet<number>;
  /** What gets a whiteout. */
  readonly marked: readonly Gone[];
}

/**
 * How what is gone is hidden: a folder that takes the place of something else, or keeps nothing of what it
 * had, is opaque; elsewhere each name has a whiteout. What lies in a hidden folder needs neither.
 */
function findHiding(
  old: MemberTable,
  now: MemberTable,
  { before, parents, gone }: Pairs,
  changed: Uint8Array,
): Hiding {
  const keeps = withFolders(parents, (index) => changed[index] === 0);
  const loses = new Set(gone.map(({ parent }) => parent));
  const opaque = new Set<number>();
  const covered = new Uint8Array(now.length);
  for (let index = 1; index < now.length; index++) {
    const parent = parents[index] ?? 0;
    const was = before[index] ?? -1;
    if (covered[parent] === 1 || opaque.has(parent)) covered[index] = 1;
    else if (isFolder(now.modeAt(index)) && was !== -1) {
      const replaces = !isFolder(old.modeAt(was));
      if (replaces || (loses.has(index) && keeps[index] === 0)) opaque.add(index);
    }
  }
  const marked = gone.filter(({ parent }) => covered[parent] === 0 && !opaque.has(parent));
  return { opaque, marked };
}

/** What is changed, what folders it and the whiteouts lie in, and the root. */
function neededMembers(
  now: MemberTable,
  { parents }: Pairs,
  changed: Uint8Array,
  marked: readonly Gone[],
): Uint8Array {
  const holders = new Set(marked.map(({ parent }) => parent));
  return withFolders(parents, (index) => index === 0 || changed[index] === 1 || holders.has(index));
}

/** 1 for the members that are asked for, and for all folders that one of them lies in. */
function withFolders(parents: Int32Array, isAsked: (index: number) => boolean): Uint8Array {
  const found = new Uint8Array(parents.length);
  for (let index = 0; index < parents.length; index++) {
    if (!isAsked(index)) continue;
    for (let at = index; at !== -1 && found[at] === 0; at = parents[at] ?? -1) found[at] = 1;
  }
  return found;
}

function contentBytes(members: MemberTable): number {
  const counted = new Set<number>();
  const isNew = ({ link }: Member) => link === 0 || !counted.has(link);
  let bytes = 0;
  for (const member of members) {
    if (!isRegular(member.mode) || !isNew(member)) continue;
    counted.add(member.link);
    bytes += member.size;
  }
  return bytes;
}

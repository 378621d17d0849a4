import { folderOf, type MemberTable } from '../members/member-table.ts';
import { isFolder } from '../members/mode.ts';
import { comparePaths } from '../members/path-order.ts';
import { folderAt, isSamePath } from './same-member.ts';

/** A name of the old members that is gone from a folder which is still there. */
export interface Gone {
  /** Its place in the old table. */
  readonly index: number;
  /** Place of its folder in the new table. */
  readonly parent: number;
  /** Place in the new table before which it would stand. */
  readonly before: number;
}

export interface Pairs {
  /** Of each new member the place of the old one at its path; -1 where none was there. */
  readonly before: Int32Array;
  /** Of each new member the place of the folder it lies in; -1 of the root. */
  readonly parents: Int32Array;
  /** In the order of their paths; not what lies in a folder that is gone itself. */
  readonly gone: readonly Gone[];
}

/** Finds for each member of a selection what stood at its path in an earlier one, and what has gone. */
export function pairMembers(old: MemberTable, now: MemberTable): Pairs {
  const before = new Int32Array(now.length).fill(-1);
  const parents = new Int32Array(now.length).fill(-1);
  const gone: Gone[] = [];
  /** Folders of now that the place which has been reached lies in. */
  const open: { readonly path: string; readonly index: number }[] = [];
  const oldColumns = old.columns;
  const columns = now.columns;
  let was = 0;
  /** Old members before the path are gone, without one all that are left. Tells whether it is the next. */
  const passGone = (place: number, path?: string): boolean => {
    for (; was < old.length; was++) {
      const oldPath = old.pathAt(was);
      const order = path === undefined ? -1 : comparePaths(oldPath, path);
      if (order >= 0) return order === 0;
      const parent = open.findLast((folder) => folder.path === folderOf(oldPath))?.index;
      if (parent !== undefined) gone.push({ index: was, parent, before: place });
    }
    return false;
  };
  for (let index = 0; index < now.length; index++) {
    if (isSamePath(oldColumns, was, columns, index) || passGone(index, now.pathAt(index))) {
      before[index] = was;
      was += 1;
    }
    const folder = folderAt(columns, index);
    while (open.length > 0 && open.at(-1)?.path !== folder) open.pop();
    parents[index] = open.at(-1)?.index ?? -1;
    if (isFolder(now.modeAt(index))) open.push({ path: now.pathAt(index), index });
  }
  passGone(now.length);
  return { before, parents, gone };
}

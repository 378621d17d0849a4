import { statSync } from 'node:fs';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { lookAt } from '../../members/tree-entry.ts';
import type { MemberTable } from '../../members/member-table.ts';
import { isRegular } from '../../members/mode.ts';
import type { Tree } from '../../../system/tree/open-tree.ts';

/** Milliseconds without a byte more in the file that is made after which the tree is looked at. */
const usualPatience = 5_000;

/** Members that are looked at before others get their turn. */
const membersPerTurn = 2_000;

/**
 * Watches a program that makes a file of a tree by path: it waits for ever where a pipe has taken the place
 * of a file. When the file has not grown for some seconds, each member is looked at. Gives the first that is
 * not the selected one any more, or undefined when `ended` came first.
 */
export async function findStall(
  tree: Tree,
  members: MemberTable,
  file: string,
  ended: Promise<unknown>,
  patience = usualPatience,
): Promise<string | undefined> {
  const end = ended.then(
    () => true,
    () => true,
  );
  for (let size = -1; ;) {
    if (await Promise.race([end, setTimeout(patience, false, { ref: false })])) return undefined;
    const now = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (now === size) {
      const other = await findOther(tree, members);
      if (other !== undefined) return other;
    }
    size = now;
  }
}

/** The first regular file of the selection whose name has something else now. */
async function findOther(tree: Tree, members: MemberTable): Promise<string | undefined> {
  for (let index = 0; index < members.length; index++) {
    if (index % membersPerTurn === 0) await setImmediate();
    if (!isRegular(members.modeAt(index))) continue;
    const { path, dev, ino, override } = members.at(index);
    if (override !== undefined) continue;
    const found = lookAt(tree, path);
    if (!found?.isFile() || found.dev !== dev || found.ino !== ino) return path;
  }
  return undefined;
}

import type { MemberTable } from '../../members/member-table.ts';
import { isFolder } from '../../members/mode.ts';

/** So many members a folder must hold that it is worth a mount. */
const fewestMembers = 100;

/** So many mounts at most. */
const mostFolders = 500;

/** A folder of the tree, and which one it was when it was selected. */
export interface UntouchedFolder {
  readonly path: string;
  readonly dev: number;
  readonly ino: number;
}

interface Subtree {
  readonly path: string;
  /** Place of the folder in the table. */
  readonly index: number;
  count: number;
}

/**
 * The largest folders in which nothing differs from the tree; `isTouched` tells of a folder whether it, or
 * something below it, does. Programs read them quicker from the tree itself than through an overlay.
 */
export function untouchedFolders(
  members: MemberTable,
  isTouched: (index: number, path: string) => boolean,
): UntouchedFolder[] {
  const subtrees: Subtree[] = [];
  const outside: Subtree = { path: '', index: 0, count: 0 };
  const homes = new Map<number, Subtree>();
  const apart = new Map<number, Set<Subtree>>();
  let current: Subtree | undefined;
  for (let index = 0; index < members.length; index++) {
    const path = members.pathAt(index);
    if (current !== undefined && !path.startsWith(`${current.path}/`)) current = undefined;
    if (current === undefined && isFolder(members.modeAt(index)) && !isTouched(index, path)) {
      current = { path, index, count: 0 };
      subtrees.push(current);
    }
    if (current !== undefined) current.count += 1;
    const link = members.linkAt(index);
    if (link === 0) continue;
    const here = current ?? outside;
    const home = homes.get(link) ?? here;
    homes.set(link, home);
    if (home !== here) apart.set(link, (apart.get(link) ?? new Set([home])).add(here));
  }
  const large = subtrees
    .filter(({ path, count }) => count >= fewestMembers && isPlain(path))
    .sort((a, b) => b.count - a.count)
    .slice(0, mostFolders);
  return withWholeLinks(large, [...apart.values()]).map(({ path, index }) => {
    const { dev = 0, ino = 0 } = members.at(index);
    return { path, dev, ino };
  });
}

/**
 * Leaves out the folders with a name of a file that has another in what is seen through the overlay: there it
 * has another number and would be two files. Among the mounts it has one.
 */
function withWholeLinks(folders: readonly Subtree[], apart: readonly Set<Subtree>[]): readonly Subtree[] {
  const chosen = new Set(folders);
  const torn = new Set(
    apart.filter((homes) => [...homes].some((home) => !chosen.has(home))).flatMap((homes) => [...homes]),
  );
  const left = folders.filter((folder) => !torn.has(folder));
  return left.length === folders.length ? left : withWholeLinks(left, apart);
}

/** Words of a command are text: names with other bytes stay in the overlay. */
function isPlain(path: string): boolean {
  return /^[\x20-\x7e]+$/.test(path);
}

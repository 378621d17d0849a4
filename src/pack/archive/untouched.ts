import type { MemberTable } from '../select/member-table.ts';
import { isFolder } from '../select/mode.ts';

/** So many members a folder must hold that it is worth a mount. */
const fewestMembers = 300;

/** So many mounts at most. */
const mostFolders = 64;

interface Subtree {
  readonly path: string;
  count: number;
  /** A file has names in it and elsewhere: seen through two mounts it would be two files. */
  shared: boolean;
}

/**
 * The largest folders in which nothing differs from the tree; `isTouched` tells of a folder whether it, or something below it, does. Programs
 * read them quicker from the tree itself than through an overlay.
 */
export function untouchedFolders(
  members: MemberTable,
  isTouched: (index: number, path: string) => boolean,
): string[] {
  const subtrees: Subtree[] = [];
  const outside: Subtree = { path: '', count: 0, shared: true };
  const homes = new Map<number, Subtree>();
  let current: Subtree | undefined;
  for (let index = 0; index < members.length; index++) {
    const path = members.pathAt(index);
    if (current !== undefined && !path.startsWith(`${current.path}/`)) current = undefined;
    if (current === undefined && isFolder(members.modeAt(index)) && !isTouched(index, path)) {
      current = { path, count: 0, shared: false };
      subtrees.push(current);
    }
    if (current !== undefined) current.count += 1;
    const link = members.linkAt(index);
    if (link === 0) continue;
    const here = current ?? outside;
    const home = homes.get(link) ?? here;
    homes.set(link, home);
    if (home !== here) home.shared = here.shared = true;
  }
  return subtrees
    .filter(({ path, count, shared }) => !shared && count >= fewestMembers && isPlain(path))
    .sort((a, b) => b.count - a.count)
    .slice(0, mostFolders)
    .map(({ path }) => path);
}

/** Words of a command are text: names with other bytes stay in the overlay. */
function isPlain(path: string): boolean {
  return /^[\x20-\x7e]+$/.test(path);
}

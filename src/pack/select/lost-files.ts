import { RootimgError } from '../../base/errors.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { toBinary, toText } from '../../base/bytes.ts';
import type { Member, MemberTable } from '../members/member-table.ts';
import { isRegular } from '../members/mode.ts';
import { turns } from '../../system/turns.ts';
import { packedTree } from './packed-tree.ts';
import { packagedFiles } from '../../packages/database.ts';

/** So many packaged files may be empty: scripts empty some on purpose. */
const handful = 5;

/**
 * Throws `files-lost` when more than a handful of the packed files are empty though their packages give them
 * content: the host lost power before the tree was on the disk. Files that are missing or edited do not
 * count, postinstall scripts make them so. Gives what cannot be known here.
 */
export async function refuseLostFiles(
  root: Tree,
  tree: string,
  members: MemberTable,
  image: string,
): Promise<string | undefined> {
  let count = 0;
  await eachEmpty(members, () => (count += 1));
  if (count <= handful) return undefined;
  const marks = pathMarks(count);
  await eachEmpty(members, (path) => marks.add(onePlace(`/${path()}`)));
  const { find } = packedTree(root, members);
  const lost: string[] = [];
  const state = await packagedFiles(tree, (path, filled) => {
    const place = onePlace(toBinary(path));
    if (!filled || !marks.has(place)) return;
    const found = [place, place.replace(/^\/usr\//, '/')].map((one) => find(one.slice(1)));
    const member = found.find((one) => one !== undefined && isEmpty(one));
    if (member !== undefined) lost.push(`/${toText(member.path)}`);
  });
  if (state === 'unreadable') {
    return 'The package database of the image cannot be read: files that a loss of power has emptied are not found.';
  }
  if (lost.length <= handful) return undefined;
  throw new RootimgError('files-lost', `${lost.length} files of the image's packages are empty in ${tree}.`, {
    details: lost
      .sort()
      .slice(0, handful)
      .map((name) => `  ${name}`),
    hint: `A host that loses power leaves them so. Build anew: genimage --fresh ${image}. packimage --force packs them as they are.`,
  });
}

/** Calls for each empty file of the tree among the members. Twice is cheaper than to remember a million. */
async function eachEmpty(members: MemberTable, take: (path: () => string) => void): Promise<void> {
  const turn = turns();
  const ours = new Set(members.overridden());
  for (let index = 0; index < members.length; index++) {
    const others = turn();
    if (others !== undefined) await others;
    if (members.sizeAt(index) !== 0 || !isRegular(members.modeAt(index)) || ours.has(index)) continue;
    take(() => members.pathAt(index));
  }
}

function isEmpty({ mode, size, override }: Member): boolean {
  return isRegular(mode) && size === 0 && override === undefined;
}

/** Packages may name a file by a folder that is a link today: `/bin/sh` is `/usr/bin/sh`. */
function onePlace(path: string): string {
  return path.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/');
}

/**
 * Remembers so many paths in 16 bytes each, or 4 MiB for all: one in some hundred others it takes for one of them,
 * of a million paths one in thirty.
 */
function pathMarks(count: number): { add: (path: string) => void; has: (path: string) => boolean } {
  const bits = Math.min(25, Math.ceil(Math.log2(128 * count)));
  const marks = new Uint8Array(2 ** (bits - 3));
  const placeOf = (path: string): number => {
    // FNV-1a
    let hash = 0x811c9dc5;
    for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
    return (hash ^ (hash >>> 15)) >>> (32 - bits);
  };
  return {
    add: (path) => {
      const place = placeOf(path);
      marks[place >>> 3] = (marks[place >>> 3] ?? 0) | (1 << (place & 7));
    },
    has: (path) => {
      const place = placeOf(path);
      return ((marks[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0;
    },
  };
}

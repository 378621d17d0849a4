import { RootimgError } from '../../base/errors.ts';
import type { Member } from '../members/member-table.ts';
import { packagedSizes } from '../../packages/database.ts';

/** So many packaged files may be empty: scripts empty some on purpose. */
const handful = 5;

const regularFile = 0o100000;
const typeBits = 0o170000;

/**
 * Throws `files-lost` when more than a handful of the packed files are empty though their packages give them content: the host lost power before the
 * tree was on the disk. Files that are missing or edited do not count, postinstall scripts make them so. Gives what cannot be known here.
 */
export async function refuseLostFiles(
  tree: string,
  members: Iterable<Member>,
  image: string,
): Promise<string | undefined> {
  const empty = new Map<string, string>();
  for (const { mode, size, override, path } of members) {
    if ((mode & typeBits) !== regularFile || size > 0 || override !== undefined) continue;
    const name = `/${Buffer.from(path, 'latin1').toString()}`;
    empty.set(onePlace(name), name);
  }
  if (empty.size <= handful) return undefined;
  const lost: string[] = [];
  const state = await packagedSizes(tree, (path, size) => {
    const name = empty.get(onePlace(path));
    if (size > 0 && name !== undefined) lost.push(name);
  });
  if (state === 'unreadable') {
    return "This host's rpm cannot read the package database of the image: files that a loss of power has emptied are not found.";
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

/** Packages may name a file by a folder that is a link today: `/bin/sh` is `/usr/bin/sh`. */
function onePlace(path: string): string {
  return path.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/');
}

import { toBinary } from '../../base/bytes.ts';
import type { PackageId } from '../../plan/package-id.ts';
import { lookInTree, openTree, type Tree } from '../../system/tree/open-tree.ts';
import { readInTree } from '../../system/tree/tree-files.ts';
import { turns } from '../../system/turns.ts';
import { storedHeaders } from './stored/blobs.ts';
import { readRpmHeader, type RpmHeader, rpmTag } from './stored/rpm-header.ts';
import { findDatabase } from './tree-database.ts';

/** Bytes of the largest database that is read as a whole: that of 2,000 packages has a twentieth of it. */
const limit = 2 * 1024 ** 3 - 1;

/** The same where a pack asks, which must leave the host its memory. */
const packLimit = 512 * 1024 ** 2;

/**
 * The headers of all packages in a tree's rpm database, read by ourselves: no rpm of this host or the image is
 * needed, of whatever architecture. None where the tree has no database. Throws `tree-file`, and RangeError
 * for what makes no sense, while it is walked too.
 */
export function* rpmHeaders(tree: Tree): Generator<RpmHeader> {
  const { folder, names } = findDatabase(tree);
  const main = ['rpmdb.sqlite', 'Packages.db', 'Packages'].find((name) => names.includes(name));
  if (main === undefined) return;
  const file = readInTree(tree, `${folder}/${main}`, limit) ?? Buffer.alloc(0);
  const journal = main === 'rpmdb.sqlite' ? readInTree(tree, `${folder}/${main}-wal`, limit) : undefined;
  for (const blob of storedHeaders(file, journal)) yield readRpmHeader(blob);
}

/**
 * Calls `onHeader` for each package of the tree at `root`, and lets others have their turn. False where its
 * database makes no sense or is too large. Throws `tree-file`.
 */
export async function eachRpmHeader(root: string, onHeader: (header: RpmHeader) => void): Promise<boolean> {
  const turn = turns();
  const tree = openTree(toBinary(root));
  try {
    if (isLarge(tree)) return false;
    for (const header of rpmHeaders(tree)) {
      const others = turn();
      if (others !== undefined) await others;
      onHeader(header);
    }
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    tree.close();
  }
}

function isLarge(tree: Tree): boolean {
  const { folder, names } = findDatabase(tree);
  return names.some((name) => (lookInTree(tree, `${folder}/${name}`)?.size ?? 0) > packLimit);
}

/** Name, version and architecture of a package. */
export function idOf(header: RpmHeader): Pick<PackageId, 'type' | 'name' | 'version' | 'arch'> {
  const text = (tag: number) => header.texts(tag)[0];
  const [epoch] = header.numbers(rpmTag.epoch);
  return {
    type: 'rpm',
    name: text(rpmTag.name) ?? '',
    version: `${epoch === undefined ? '' : `${epoch}:`}${text(rpmTag.version)}-${text(rpmTag.release)}`,
    arch: text(rpmTag.arch) ?? '',
  };
}

/** Bytes of the package's files. */
export function sizeOf(header: RpmHeader): number {
  return header.numbers(rpmTag.longSize)[0] ?? header.numbers(rpmTag.size)[0] ?? 0;
}

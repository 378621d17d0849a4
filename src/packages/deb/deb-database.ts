import { createHash } from 'node:crypto';
import { type PackageId, packageWord } from '../../plan/package-id.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { debOwners, divertedPlaces } from './deb-owners.ts';
import { type DebPackage, sourceOf } from './deb-status.ts';
import { digestsIn, readPackages, readStatus, recordFiles, recordsIn } from './dpkg-database.ts';

/** MD5 of nothing. */
const emptyMd5 = 'd41d8cd98f00b204e9800998ecf8427e';

/** So many packages may share a path and all be named; more have a folder in common, which says nothing. */
const fewOwners = 3;

function idOf({ name, version, arch }: DebPackage): PackageId {
  return { type: 'deb', name, version, arch };
}

export function debWord(one: DebPackage): string {
  return packageWord(idOf(one));
}

/** The packages of a tree with the digest of what dpkg knows of each, sorted. Throws `tree-file`. */
export function installedDebs(tree: Tree): PackageId[] {
  const records = recordsIn(tree);
  const found = readPackages(tree).map((one) => {
    const parts = [one.text, records.list(one), records.md5sums(one)];
    const digest = createHash('sha256').update(parts.join('\0')).digest('hex');
    const builtFrom = sourceOf(one);
    return { ...idOf(one), digest, size: one.bytes, ...(builtFrom && { builtFrom }) };
  });
  return found.sort((a, b) => (packageWord(a) < packageWord(b) ? -1 : 1));
}

/** Tells one state of the database from another; undefined where there is none. */
export function statusDigest(tree: Tree): string | undefined {
  const text = readStatus(tree);
  return text.trim() === '' ? undefined : createHash('sha256').update(text).digest('hex');
}

/**
 * Calls `onFile` with each file whose digest the database has, where it lies, and whether its package gives
 * it content; and with the lists of the database itself, which are never empty. Gives whether there was any.
 */
export function packagedDebFiles(tree: Tree, onFile: (path: string, filled: boolean) => void): boolean {
  const place = divertedPlaces(tree);
  const records = recordsIn(tree);
  let read = false;
  for (const one of readPackages(tree)) {
    for (const { path, md5 } of digestsIn(one, records.md5sums(one))) {
      read = true;
      onFile(place(one.name, path), md5 !== emptyMd5);
    }
  }
  for (const path of recordFiles(tree)) onFile(path, true);
  return read;
}

/** The package that owns each path, as the image sees it; paths that none owns are absent. */
export function debOwner(tree: Tree, paths: readonly string[]): Map<string, PackageId> {
  const owners = debOwners(tree, paths);
  return new Map(
    [...owners].flatMap(([path, [first]]) => (first === undefined ? [] : [[path, idOf(first)]])),
  );
}

/** The package that brought what has these names; all of the few that share it. */
export function wordsOfOwners(tree: Tree, paths: ReadonlySet<string>): string | undefined {
  const owners = [...new Set([...debOwners(tree, [...paths]).values()].flat().map(debWord))].sort();
  return owners.length === 0 || owners.length > fewOwners ? undefined : owners.join(', ');
}

/** All packages with the bytes that their maintainers say they take. */
export function debSizes(tree: Tree): { word: string; bytes: number }[] {
  return readPackages(tree).map((one) => ({ word: debWord(one), bytes: one.bytes }));
}

/** Packages that dpkg has not finished, with its word for their state. */
export function unfinishedDebs(tree: Tree): { word: string; state: string }[] {
  return readPackages(tree)
    .filter(({ finished }) => !finished)
    .map((one) => ({ word: debWord(one), state: one.state }));
}

// What pack and inspection ask the package database of a tree, of whatever format it is.
import { toBinary } from '../base/bytes.ts';
import { packageWord } from '../plan/package-id.ts';
import { type Tree, withTree } from '../system/tree/open-tree.ts';
import {
  debSizes,
  packagedDebFiles,
  statusDigest,
  unfinishedDebs,
  wordsOfOwners,
} from './deb/deb-database.ts';
import { debContents } from './deb/deb-contents.ts';
import { checkDpkgDatabase } from './deb/dpkg-database.ts';
import type { PackageContents } from './package-contents.ts';
import { formatOfTree, packageFormatOf } from './package-format.ts';
import { rpmContents } from './rpm/rpm-contents.ts';
export type { PackagedFile, PackageContents } from './package-contents.ts';
import { packagedRpmFiles, rpmPackageOf, rpmSizes } from './rpm/packaged-files.ts';
import { checkRpmDatabase, rpmDatabaseDigest } from './rpm/tree-database.ts';

function inTree<T>(tree: string, work: (open: Tree) => T): T {
  return withTree(toBinary(tree), work);
}

/**
 * Throws `tree-file` when a file of the tree's package databases is none that can be read: a pipe, a device,
 * a link out of it, one huge hole.
 */
export function checkDatabase(tree: string): void {
  checkRpmDatabase(tree);
  inTree(tree, checkDpkgDatabase);
}

/** Tells one state of the tree's package database from another (hex); undefined where there is none. */
export async function databaseDigest(tree: string): Promise<string | undefined> {
  return packageFormatOf(tree) === 'deb' ? inTree(tree, statusDigest) : rpmDatabaseDigest(tree);
}

/** `none`: the tree has no package database; `unreadable`: it makes no sense. */
export type DatabaseState = 'read' | 'none' | 'unreadable';

/** Calls `onFile` with each packaged file, as packages name it, and whether its package gives it content. */
export async function packagedFiles(
  tree: string,
  onFile: (path: string, filled: boolean) => void,
): Promise<DatabaseState> {
  if (packageFormatOf(tree) !== 'deb') return packagedRpmFiles(tree, onFile);
  return inTree(tree, (open) => packagedDebFiles(open, onFile)) ? 'read' : 'none';
}

/** The package that brought a file: `paths` are its spellings, absolute as packages may name them. */
export async function packageOf(tree: string, paths: ReadonlySet<string>): Promise<string | undefined> {
  if (packageFormatOf(tree) !== 'deb') return rpmPackageOf(tree, paths);
  return inTree(tree, (open) => wordsOfOwners(open, paths));
}

const shownPackages = 10;

/** The ten packages with the most bytes, largest first; undefined where nothing can be read. */
export async function largestPackages(tree: string): Promise<{ nevra: string; bytes: number }[] | undefined> {
  const sizes = packageFormatOf(tree) === 'deb' ? inTree(tree, debSizes) : await rpmSizes(tree);
  if (sizes.length === 0) return undefined;
  return sizes
    .sort((a, b) => b.bytes - a.bytes || (a.word < b.word ? -1 : 1))
    .slice(0, shownPackages)
    .map(({ word, bytes }) => ({ nevra: word, bytes }));
}

/** Says which packages their manager began and did not finish. */
export function unfinishedWarnings(tree: string): string[] {
  const packages = packageFormatOf(tree) === 'deb' ? inTree(tree, unfinishedDebs) : [];
  if (packages.length === 0) return [];
  const named = packages.map(({ word, state }) => `${word} (${state})`).join(', ');
  const cure = `'dpkg --configure -a' in the tree, or genimage --fresh, does.`;
  return [`dpkg has not finished these packages of the image: ${named}. ${cure}`];
}

/**
 * All that a tree's package database knows of its packages, sorted by name, read without rpm or dpkg of this
 * host or the image. Undefined where there is none, or it makes no sense. Throws `tree-file`.
 */
export function packageContents(tree: Tree): PackageContents[] | undefined {
  const format = formatOfTree(tree);
  const found = format === undefined ? undefined : format === 'deb' ? debContents(tree) : rpmContents(tree);
  return found?.sort((a, b) => (packageWord(a) < packageWord(b) ? -1 : 1));
}

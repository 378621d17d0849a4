import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { toBinary } from '../../base/bytes.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { type Tree, withTree } from '../../system/tree/open-tree.ts';
import { placeInTree } from '../../system/tree/place-in-tree.ts';
import { checkFileInTree, folderInTree, openInTree } from '../../system/tree/tree-files.ts';

const places = ['var/lib/rpm', 'usr/lib/sysimage/rpm'];
const databaseFiles = ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages', 'Packages.db'];

/** Throws `tree-file` when a file of the tree's rpm database is none that can be read. */
export function checkRpmDatabase(tree: string): void {
  withTree(toBinary(tree), findDatabase);
}

export function hasRpmDatabase(tree: Tree): boolean {
  return findDatabase(tree).names.length > 0;
}

/** Tells one state of the tree's package database from another; undefined where there is none. */
export async function rpmDatabaseDigest(tree: string): Promise<string | undefined> {
  const opened = withTree(toBinary(tree), (open) => {
    const { folder, names } = findDatabase(open);
    return names.map((name) => ({ name, fd: openInTree(open, `${folder}/${name}`).fd }));
  });
  try {
    const hash = createHash('sha256');
    for (const { name, fd } of opened) hash.update(`${name} ${await fileDigest(`/proc/self/fd/${fd}`)}\n`);
    return opened.length === 0 ? undefined : hash.digest('hex');
  } finally {
    for (const { fd } of opened) closeSync(fd);
  }
}

/** Bytes of the largest database file that is believed: those of some 10,000 packages have a tenth of it. */
const largestDatabase = 4 * 1024 ** 3;

export function findDatabase(tree: Tree): { folder: string; names: string[] } {
  for (const path of places) {
    const names = folderInTree(tree, path).filter((name) => databaseFiles.includes(name));
    if (names.length === 0) continue;
    const folder = placeInTree(tree, path, { followLast: true });
    for (const name of names) checkFileInTree(tree, `${folder}/${name}`, largestDatabase);
    return { folder, names };
  }
  return { folder: '.', names: [] };
}

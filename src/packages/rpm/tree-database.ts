import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toBinary } from '../../base/bytes.ts';
import { run } from '../../system/exec.ts';
import { throwIfStopped } from '../../system/signals.ts';
import { fileDigest } from '../../system/file-digest.ts';
import { type Tree, withTree } from '../../system/tree/open-tree.ts';
import { placeInTree } from '../../system/tree/place-in-tree.ts';
import { checkFileInTree, copyOutOfTree, folderInTree, openInTree } from '../../system/tree/tree-files.ts';
import { workDir } from '../../system/work-dir.ts';

const places = ['var/lib/rpm', 'usr/lib/sysimage/rpm'];
const databaseFiles = ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages', 'Packages.db'];

/**
 * Asks this host's rpm about the packages of a tree; `onLine` gets its lines, which `format` makes. Nothing
 * of the image is executed. A copy of the database is asked, because rpm writes beside one that it reads. No
 * line where the tree has none or this host's rpm cannot read it.
 */
async function queryPackages(tree: string, format: string, onLine: (line: string) => void): Promise<void> {
  const copy = await workDir('rpmdb');
  try {
    const files = copyDatabase(tree, copy);
    if (files.length === 0) return;
    const backend = files.includes('rpmdb.sqlite') ? ['--define', '_db_backend sqlite'] : [];
    const argv = ['rpm', '--dbpath', copy, ...backend, '-qa', '--queryformat', format];
    const read = (line: string, stream: string) => {
      if (stream === 'stdout' && line !== '') onLine(line);
    };
    await run(argv, { onLine: read }).catch(throwIfStopped);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** Copies the files of the first database that the tree has, and gives their names. */
function copyDatabase(tree: string, to: string): string[] {
  return withTree(toBinary(tree), (open) => {
    const { folder, names } = findDatabase(open);
    for (const name of names) copyOutOfTree(open, `${folder}/${name}`, join(to, name));
    return names;
  });
}

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

/** Marks of rpm for a file that its package names without bringing it (rpmfiles.h: RPMFILE_GHOST). */
export const ghostFlag = 1 << 6;

/** Calls `onFile` with each packaged file, as packages name it, and whether its package gives it content. */
export async function packagedRpmFiles(
  tree: string,
  onFile: (path: string, filled: boolean) => void,
): Promise<'read' | 'none' | 'unreadable'> {
  if (!withTree(toBinary(tree), hasRpmDatabase)) return 'none';
  let read = false;
  await queryPackages(tree, '[%{LONGFILESIZES} %{FILEFLAGS} %{FILENAMES}\\n]', (line) => {
    const [, size = '', flags = '', path = ''] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
    read ||= path !== '';
    if ((Number(flags) & ghostFlag) === 0) onFile(path, Number(size) > 0);
  });
  return read ? 'read' : 'unreadable';
}

/** The package that brought a file: `path` and its other spellings, absolute as packages name them. */
export async function rpmPackageOf(tree: string, paths: ReadonlySet<string>): Promise<string | undefined> {
  let found: string | undefined;
  await queryPackages(tree, '[%{=NEVRA}\\t%{FILENAMES}\\n]', (line) => {
    const [nevra = '', file = ''] = line.split('\t');
    if (paths.has(file)) found ??= nevra;
  });
  return found;
}

/** All packages with the bytes of their files; none where nothing can be read. */
export async function rpmSizes(tree: string): Promise<{ word: string; bytes: number }[]> {
  const lines: string[] = [];
  await queryPackages(tree, '%{NEVRA}\\t%{LONGSIZE}\\n', (line) => lines.push(line));
  return lines
    .map((line) => line.split('\t'))
    .map(([word = '', bytes = '']) => ({ word, bytes: Number(bytes) }));
}

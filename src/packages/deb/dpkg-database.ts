import { toBinary } from '../../base/bytes.ts';
import { lookInTree, type Tree } from '../../system/tree/open-tree.ts';
import { findPlaceInTree } from '../../system/tree/place-in-tree.ts';
import { checkFileInTree, folderInTree, readerInTree, readInTree } from '../../system/tree/tree-files.ts';
import { type DebPackage, parseStatus } from './deb-status.ts';

/** dpkg's folder, and what is in it. */
const folder = 'var/lib/dpkg';
const info = `${folder}/info`;
const statusFile = `${folder}/status`;
/** Parts that dpkg has not yet written into its status file; read in the order of their names. */
const updates = `${folder}/updates`;
/** One file for each package, in images that are put together without dpkg. */
const apart = `${folder}/status.d`;
const diversionsFile = `${folder}/diversions`;

/** Bytes of the largest file of the database that is believed: that of 10,000 packages has a tenth of it. */
const limit = 128 * 1024 * 1024;

/** Reads a file of the database; empty where there is none. Throws `tree-file`. */
function read(tree: Tree, path: string): string {
  return readInTree(tree, toBinary(path), limit)?.toString() ?? '';
}

function updateFiles(tree: Tree): string[] {
  return folderInTree(tree, updates)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => `${updates}/${name}`);
}

function filesApart(tree: Tree): string[] {
  return folderInTree(tree, apart)
    .filter((name) => !name.endsWith('.md5sums'))
    .map((name) => `${apart}/${name}`);
}

/** The files that say what is installed. */
export function statusFiles(tree: Tree): string[] {
  return [statusFile, ...updateFiles(tree), ...filesApart(tree)];
}

/** All text that says what is installed. Throws `tree-file`. */
export function readStatus(tree: Tree): string {
  return statusFiles(tree)
    .map((path) => read(tree, path))
    .join('\n\n');
}

/** The packages that have files in the tree, in the database's order; none where it has no database. */
export function readPackages(tree: Tree): DebPackage[] {
  return parseStatus(readStatus(tree));
}

/**
 * Throws `tree-file` when a file of the database is none that can be read: a pipe, a device, a link out of
 * the tree, one huge hole.
 */
export function checkDpkgDatabase(tree: Tree): void {
  const names = folderInTree(tree, info).filter((name) => /\.(list|md5sums)$/.test(name));
  for (const path of [...statusFiles(tree), diversionsFile, ...names.map((name) => `${info}/${name}`)]) {
    const place = findPlaceInTree(tree, toBinary(path));
    if (place !== undefined && lookInTree(tree, place) !== undefined) checkFileInTree(tree, place, limit);
  }
}

/** What dpkg has written down of each package, in files of its own. */
export interface DpkgRecords {
  /** The list of its paths. */
  list(one: DebPackage): string;
  /** That of digests. */
  md5sums(one: DebPackage): string;
}

/** The records of a database that nobody changes meanwhile, as they stand there. */
export function recordsIn(tree: Tree): DpkgRecords {
  const names = new Set(folderInTree(tree, info));
  const reader = readerInTree(tree, limit);
  /** Of packages that may be installed for several architectures at once the name carries it. */
  const text = ({ name, arch }: DebPackage, suffix: string): string => {
    for (const file of [`${name}:${arch}.${suffix}`, `${name}.${suffix}`]) {
      const found = names.has(file) ? reader(`${info}/${toBinary(file)}`)?.toString() : undefined;
      if (found !== undefined && found !== '') return found;
    }
    return '';
  };
  return {
    list: (one) => text(one, 'list'),
    md5sums: (one) => text(one, 'md5sums') || read(tree, `${apart}/${one.name}.md5sums`),
  };
}

/** Its files with the MD5 digests (hex) that the package gave them, absolute as it names them. */
export function digestsIn(one: DebPackage, md5sums: string): { path: string; md5: string }[] {
  const files = md5sums.split('\n').flatMap((line) => {
    const [, md5 = '', path = ''] = /^([0-9a-f]{32})[ \t]+\*?(?:\.?\/)?(.+)$/.exec(line) ?? [];
    return path === '' ? [] : [{ path: `/${path}`, md5 }];
  });
  return [...files, ...one.conffiles];
}

/**
 * The absolute paths of a package, as it names them: files, folders, links; where there is no list, its files
 * alone.
 */
export function pathsOf(records: DpkgRecords, one: DebPackage): string[] {
  const paths = records
    .list(one)
    .split('\n')
    .filter((line) => line !== '' && line !== '/.');
  return paths.length > 0 ? paths : digestsIn(one, records.md5sums(one)).map(({ path }) => path);
}

/** Names of the lists that the database has for its packages, absolute. */
export function recordFiles(tree: Tree): string[] {
  return folderInTree(tree, info)
    .filter((name) => name.endsWith('.list'))
    .map((name) => `/${info}/${name}`);
}

/** A file that one package puts elsewhere because another, or the site, has its own in its place. */
export interface Diversion {
  readonly from: string;
  readonly to: string;
  /** The package that has its own there; undefined: the site. */
  readonly by: string | undefined;
}

/** Reads dpkg's list of diversions: three lines each. */
export function readDiversions(tree: Tree): Diversion[] {
  const lines = read(tree, diversionsFile).split('\n');
  const found: Diversion[] = [];
  for (let at = 0; at + 2 < lines.length; at += 3) {
    const [from = '', to = '', by = ''] = lines.slice(at, at + 3);
    if (from !== '' && to !== '') found.push({ from, to, by: by === ':' ? undefined : by });
  }
  return found;
}

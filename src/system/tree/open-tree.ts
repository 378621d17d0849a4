import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { toPath } from '../../base/bytes.ts';

/**
 * A tree of which everything is reached by descriptor: a path is walked component by component from its root,
 * and no symbolic link is followed on the way. Who owns a folder in the tree can swap it at any moment, and
 * still nothing outside of the tree is ever read or written. Node has no openat(2); `/proc/self/fd/N/name`
 * means the same.
 *
 * Paths are binary, relative to the root, without `./`; `.` is the root. Where a folder on the way is none
 * (any more), the functions throw ENOENT or ENOTDIR. All are synchronous, because a descriptor is good only
 * until the next call.
 */
export interface Tree {
  /** Path of the root, binary, for messages and for programs that cannot be given a descriptor. */
  readonly root: string;
  /**
   * What Node's functions take for a path whose last component they must not follow; good until the next
   * call.
   */
  at(path: string): string | Buffer;
  /** The same by the path of the folder and the name in it, for passes over whole trees. */
  atIn(folder: string, name: string): string | Buffer;
  /**
   * Does synchronous work on many members. Meanwhile the working folder of the process is the one that was asked
   * for last, so that a path is the name alone: the kernel looks it up in two thirds of the time. Nothing of `work`
   * may take a relative path of its own.
   */
  near<T>(work: () => T): T;
  close(): void;
}

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * So many folders on the way to the last one stay open; below them only the last one does. A path may have
 * 2,047 components.
 */
const keptOpen = 128;

interface OpenFolder {
  readonly name: string;
  readonly fd: number;
}

/**
 * Opens a tree by its root, which may be reached through links: it is the administrator's. Throws what
 * open(2) says.
 */
export function openTree(root: string): Tree {
  const top = openSync(toPath(`${root}/`), constants.O_RDONLY | constants.O_DIRECTORY);
  const way: OpenFolder[] = [];
  /** Components of the folder that was asked for last, and its descriptor. */
  let current = '.';
  let currentFd = top;
  let isNear = false;

  const closeFrom = (depth: number): void => {
    for (const { fd } of way.splice(depth)) closeSync(fd);
  };

  const open = (folder: string): number => {
    const parts = folder === '.' ? [] : folder.split('/');
    let depth = 0;
    while (depth < way.length && way[depth]?.name === parts[depth]) depth += 1;
    const isDeep = way.length > keptOpen;
    // What lies deeper than folders are kept open is walked to anew.
    closeFrom(isDeep ? Math.min(depth, keptOpen) : depth);
    for (const name of parts.slice(way.length)) {
      const fd = openSync(inFolder(way.at(-1)?.fd ?? top, name), folderFlags);
      if (way.length > keptOpen) closeFrom(keptOpen);
      way.push({ name, fd });
    }
    return way.at(-1)?.fd ?? top;
  };

  const atIn = (folder: string, name: string): string | Buffer => {
    if (folder !== current) {
      current = '';
      // Where it fails the folder that was asked for before may be closed.
      currentFd = top;
      currentFd = open(folder);
      if (isNear) enter(currentFd);
      current = folder;
    }
    return isNear ? toPath(below(name)) : inFolder(currentFd, name);
  };

  const near = <T>(work: () => T): T => {
    const home = openHome();
    if (home === undefined) return work();
    try {
      enter(currentFd);
      isNear = true;
      return work();
    } finally {
      isNear = false;
      enter(home);
      closeSync(home);
    }
  };

  return {
    root,
    at: (path) => {
      const cut = path.lastIndexOf('/');
      return atIn(cut === -1 ? '.' : path.slice(0, cut), path.slice(cut + 1));
    },
    atIn,
    near,
    close: () => {
      closeFrom(0);
      closeSync(top);
    },
  };
}

function inFolder(fd: number, name: string): string | Buffer {
  return toPath(`/proc/self/fd/${fd}/${below(name)}`);
}

/** Whatever a path comes from: it never goes up. */
function below(name: string): string {
  if (name === '..') throw new RangeError('a path below a tree has no ..');
  return name;
}

/**
 * The working folder, to come back to; undefined where root may not read it, as that of a user on a file server with
 * root_squash.
 */
function openHome(): number | undefined {
  try {
    return openSync('.', constants.O_RDONLY | constants.O_DIRECTORY);
  } catch {
    return undefined;
  }
}

/** fchdir(2), which Node does not have. */
function enter(fd: number): void {
  process.chdir(`/proc/self/fd/${fd}`);
}

/** Does `work` on a tree that is open meanwhile. */
export function withTree<T>(root: string, work: (tree: Tree) => T): T {
  const tree = openTree(root);
  try {
    return work(tree);
  } finally {
    tree.close();
  }
}

/** What stands at a path, links not followed; undefined when nothing does. */
export function lookInTree(tree: Tree, path: string): Stats | undefined {
  return look(() => tree.at(path));
}

/** The same by the path of the folder and the name in it. */
export function lookInFolder(tree: Tree, folder: string, name: string): Stats | undefined {
  return look(() => tree.atIn(folder, name));
}

function look(place: () => string | Buffer): Stats | undefined {
  try {
    return lstatSync(place(), { throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The names in a folder, binary, unsorted. The folder itself must be none that a link leads to. */
export function namesInTree(tree: Tree, path: string): string[] {
  return readdirSync(tree.at(path === '.' ? '.' : `${path}/.`), 'latin1');
}

/** The target of a symbolic link, binary. */
export function targetInTree(tree: Tree, path: string): string {
  return readlinkSync(tree.at(path), 'latin1');
}

/** Nothing stands at the path, or what should be a folder on the way is none. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

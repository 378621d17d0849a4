import { closeSync, readSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';
import { toText } from '../../base/bytes.ts';
import type { FilesDiff, NamedChange } from '../../plan/image-diff.ts';
import type { Tree } from '../../system/tree/open-tree.ts';
import { openInTree, readInTree } from '../../system/tree/tree-files.ts';
import { octal, saysOfUnits } from '../tree/tree-facts.ts';
import { isFolder, isRegular, type TreeEntry, type TreeListing } from '../tree/tree-listing.ts';

/** One side: a tree with what it has. */
export interface ListedTree {
  readonly tree: Tree;
  /** With the owner of each entry, where a database tells. */
  readonly listing: TreeListing;
  /** The package of paths where nothing stands any more; undefined where no database tells. */
  readonly ownersOfGone: ReadonlyMap<string, string> | undefined;
}

type FileChanges = Pick<FilesDiff, 'configuration' | 'unowned' | 'packaged'>;

const longestText = 256 * 1024;
/** What only some may read is not shown. */
const readByAll = 0o004;

/**
 * The files in which two trees differ: those below etc with their text, those of no package, and those that
 * are other ones though their package is the same. What another package, or another version, brought is that
 * package's business.
 */
export function compareFiles(from: ListedTree, to: ListedTree): FileChanges {
  const changes = { configuration: [], unowned: [], packaged: [] } as {
    [Kind in keyof FileChanges]: FilesDiff[Kind][number][];
  };
  const judged = new Map<string, keyof FileChanges>();
  const judge = (path: string, a: TreeEntry | undefined, b: TreeEntry | undefined): void => {
    const kind = kindOf(from, to, path, a, b);
    // Nearly all of an image is as its package brought it, on both sides.
    if (kind === undefined || (kind === 'packaged' && isUntouched(a, b))) return;
    judged.set(path, kind);
  };
  for (const [path, entry] of from.listing) judge(path, entry, to.listing.get(path));
  for (const [path, entry] of to.listing) if (!from.listing.has(path)) judge(path, undefined, entry);
  for (const [path, kind] of [...judged].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const change = compareEntry(from, to, path, kind === 'packaged');
    if (change === undefined) continue;
    const text = kind === 'configuration' ? textChange(from, to, path) : {};
    changes[kind].push({ ...change, ...text });
  }
  return changes;
}

/** Whether nothing of a path differs, of one package, which gave both their time. */
function isUntouched(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const isSame = a.mode === b.mode && a.uid === b.uid && a.gid === b.gid && a.size === b.size;
  const isSameThing = a.target === b.target && a.device === b.device;
  return isSame && isSameThing && (!isRegular(a) || a.mtime === b.mtime);
}

/** Whose business a path is; undefined: that of a package which is another one, or of the list of units. */
function kindOf(
  from: ListedTree,
  to: ListedTree,
  path: string,
  a: TreeEntry | undefined,
  b: TreeEntry | undefined,
): keyof FileChanges | undefined {
  if (saysOfUnits(path) && isLink(a) && isLink(b)) return undefined;
  if (path.startsWith('etc/')) return 'configuration';
  if (from.ownersOfGone === undefined || to.ownersOfGone === undefined) return undefined;
  const before = a === undefined ? from.ownersOfGone.get(path) : a.owner;
  const after = b === undefined ? to.ownersOfGone.get(path) : b.owner;
  if (before !== undefined && before === after) return 'packaged';
  const isEverywhereOwned =
    (before !== undefined || a === undefined) && (after !== undefined || b === undefined);
  return isEverywhereOwned ? undefined : 'unowned';
}

/** A link, a folder of links, or nothing. */
function isLink(entry: TreeEntry | undefined): boolean {
  return entry === undefined || entry.target !== undefined || isFolder(entry);
}

/** `trusted`: both are of one package, which gave them their time. */
function compareEntry(
  from: ListedTree,
  to: ListedTree,
  path: string,
  trusted: boolean,
): NamedChange | undefined {
  const [a, b] = [from.listing.get(path), to.listing.get(path)];
  const name = `/${toText(path)}`;
  if (a === undefined || b === undefined) {
    const one = a ?? b;
    // Of a folder that comes with files the files are told.
    if (one === undefined || (isFolder(one) && !one.empty)) return undefined;
    return a === undefined ? { name, to: describe(one) } : { name, from: describe(one) };
  }
  const [before, after] = [describe(a), describe(b)];
  if (before !== after) return { name, from: before, to: after };
  if (!isRegular(a) || !isRegular(b) || (trusted && a.mtime === b.mtime)) return undefined;
  return sameContent(from.tree, to.tree, path)
    ? undefined
    : { name, from: before, to: `${after}, other content` };
}

function describe(entry: TreeEntry): string {
  const { mode, uid, gid, size, target, device } = entry;
  if (target !== undefined) return `link to ${toText(target)}`;
  const access = `${octal(mode)} ${uid}:${gid}`;
  if (isFolder(entry)) return `folder ${access}`;
  if (isRegular(entry)) return `${access}, ${size} bytes`;
  return `${device === undefined ? 'pipe or socket' : `device ${device}`} ${access}`;
}

const chunk = 1024 * 1024;

function sameContent(a: Tree, b: Tree, path: string): boolean {
  const [left, right] = [openInTree(a, path).fd, openInTree(b, path).fd];
  const buffers = [Buffer.allocUnsafe(chunk), Buffer.allocUnsafe(chunk)] as const;
  try {
    for (;;) {
      const [one, other] = [readSync(left, buffers[0]), readSync(right, buffers[1])];
      if (!buffers[0].subarray(0, one).equals(buffers[1].subarray(0, other))) return false;
      if (one === 0) return true;
    }
  } finally {
    closeSync(left);
    closeSync(right);
  }
}

/** The change as text, where everybody may read both and both are text. */
function textChange(from: ListedTree, to: ListedTree, path: string): { text?: string } {
  const texts = [from, to].map(({ tree, listing }) => {
    const entry = listing.get(path);
    if (entry === undefined) return '';
    const isShown = isRegular(entry) && (entry.mode & readByAll) !== 0 && entry.size <= longestText;
    const bytes = isShown ? readInTree(tree, path) : undefined;
    return bytes === undefined || bytes.includes(0) ? undefined : bytes.toString();
  });
  const [before, after] = texts;
  if (before === undefined || after === undefined || before === after) return {};
  const label = (entry: TreeEntry | undefined) => (entry === undefined ? '/dev/null' : `/${toText(path)}`);
  const [old, now] = [label(from.listing.get(path)), label(to.listing.get(path))];
  const patch = createTwoFilesPatch(old, now, before, after, undefined, undefined, { context: 3 });
  return { text: patch.replace(/^(?:Index: .*\n)?=+\n/, '').replace(/^(---|\+\+\+) (.*)\t$/gm, '$1 $2') };
}

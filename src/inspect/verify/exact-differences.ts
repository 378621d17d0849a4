import { closeSync, readSync } from 'node:fs';
import { toText } from '../../base/bytes.ts';
import { lookInTree, type Tree } from '../../system/tree/open-tree.ts';
import { openInTree } from '../../system/tree/tree-files.ts';
import { octal } from '../tree/tree-facts.ts';
import { isRegular, listTree, type TreeEntry } from '../tree/tree-listing.ts';

/** A path in which two trees that should be the same are not. */
export interface ExactDifference {
  /** As the image sees it. */
  readonly path: string;
  /** In words: `its content, from byte 17 on`. */
  readonly what: string;
  /** When the first tree's was changed, in milliseconds since 1970; absent where it has none. */
  readonly changed?: number;
}

/** What packimage writes into a tree, and the folders that it lies in. */
const written = new Set(['opt/xcat/xcatinfo']);
const writtenIn = new Set(['opt', 'opt/xcat']);

/** All paths that are not the same to the last byte and time, sorted; the first tree is the one that was published. */
export function exactDifferences(published: Tree, again: Tree): ExactDifference[] {
  const nothing = () => false;
  const [before, after] = [listTree(published, nothing), listTree(again, nothing)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const found: ExactDifference[] = [];
  const top = { before: lookInTree(published, '.'), after: lookInTree(again, '.') };
  if (top.before?.mode !== top.after?.mode) found.push({ path: '/', what: 'its mode' });
  for (const path of paths.filter((one) => !written.has(one))) {
    const [a, b] = [before.get(path), after.get(path)];
    const what = whatDiffers(published, again, path, a, b);
    if (what === undefined) continue;
    found.push({ path: `/${toText(path)}`, what, ...(a && { changed: a.mtime }) });
  }
  return found;
}

function whatDiffers(
  published: Tree,
  again: Tree,
  path: string,
  a: TreeEntry | undefined,
  b: TreeEntry | undefined,
): string | undefined {
  if (a === undefined || b === undefined) {
    if (writtenIn.has(path)) return undefined;
    return a === undefined ? 'only what was built again has it' : 'only what was published has it';
  }
  if (a.mode !== b.mode) return `its mode, ${octal(a.mode)} and ${octal(b.mode)}`;
  if (a.uid !== b.uid || a.gid !== b.gid) return `its owner, ${a.uid}:${a.gid} and ${b.uid}:${b.gid}`;
  if (a.target !== b.target) return 'what it leads to';
  if (a.device !== b.device) return 'its device';
  const byte = isRegular(a) ? firstDifference(published, again, path) : undefined;
  if (byte !== undefined) return `its content, from byte ${byte} on`;
  if (a.mtime === b.mtime || writtenIn.has(path)) return undefined;
  const [before, after] = [a, b].map(({ mtime }) => new Date(mtime).toISOString());
  return `its time alone, ${before} and ${after}`;
}

const piece = 1024 * 1024;

/** The first byte (from 0 on) in which a file is not the same in both. */
function firstDifference(a: Tree, b: Tree, path: string): number | undefined {
  const [left, right] = [openInTree(a, path).fd, openInTree(b, path).fd];
  const [one, other] = [Buffer.allocUnsafe(piece), Buffer.allocUnsafe(piece)];
  try {
    for (let at = 0; ; at += piece) {
      const [read, readOther] = [readSync(left, one), readSync(right, other)];
      const [got, gotOther] = [one.subarray(0, read), other.subarray(0, readOther)];
      if (!got.equals(gotOther)) {
        const place = got.findIndex((byte, index) => byte !== gotOther[index]);
        return at + (place === -1 ? read : place);
      }
      if (read === 0) return undefined;
    }
  } finally {
    closeSync(left);
    closeSync(right);
  }
}

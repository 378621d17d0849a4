import type { Stats } from 'node:fs';
import { toShown } from '../../base/bytes.ts';
import { RootimgError } from '../../base/errors.ts';
import type { Tree } from './open-tree.ts';

/** What stands where another kind was expected, in words. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isSymbolicLink() ? 'a link' : 'a device';
}

/** The error `tree-file` for what a tree has at a place. */
export function unfit(tree: Tree, place: string, what: string): RootimgError {
  return new RootimgError('tree-file', `${toShown(`${tree.root}/${place}`)} ${what}.`);
}

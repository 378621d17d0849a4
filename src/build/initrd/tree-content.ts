import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** More than any link needs: it goes round in a circle. */
const mostLinks = 40;

/** Content of a file of the image, or of the one that a link there leads to within the image; undefined when there is none. */
export function contentInTree(root: string, path: string, links = 0): Buffer | undefined {
  const full = join(root, path);
  const found = lstatSync(full, { throwIfNoEntry: false });
  if (found?.isFile()) return readFileSync(full);
  if (found?.isSymbolicLink() !== true || links > mostLinks) return undefined;
  return contentInTree(root, resolve('/', dirname(path), readlinkSync(full)), links + 1);
}

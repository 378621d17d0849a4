import { readlinkSync } from 'node:fs';
import { RootimgError } from '../../base/errors.ts';
import { toPath, toShown } from './bytes.ts';
import { isFolder, isSymlink } from './mode.ts';
import { lookAt, treePath } from './tree-entry.ts';

const longestChain = 40;

/**
 * Where a path of the image really lies: symbolic links in its folders are followed as they are inside the image, never out of it (`/lib/x`
 * becomes `usr/lib/x`). The last part is followed only on demand. Paths are binary; the result is relative to the root, `.` for the root.
 * `seen` gets every path of a link on the way. What does not exist is kept as it is written. Throws `link-loop`, `not-a-folder`.
 */
export function placeInTree(
  root: string,
  path: string,
  options: { followLast?: boolean; seen?: string[] } = {},
): string {
  const rest = path.split('/').filter((part) => part !== '' && part !== '.');
  const place: string[] = [];
  let links = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '..') {
      place.pop();
      continue;
    }
    const here = [...place, part].join('/');
    const stats = lookAt(root, here);
    const isLast = rest.length === 0;
    if (stats !== undefined && isSymlink(stats.mode) && (!isLast || options.followLast)) {
      links += 1;
      if (links > longestChain) {
        throw new RootimgError(
          'link-loop',
          `Symbolic links go round in a circle at ${toShown(here)} in the image.`,
        );
      }
      options.seen?.push(here);
      const target = readlinkSync(toPath(treePath(root, here)), 'latin1');
      if (target.startsWith('/')) place.length = 0;
      rest.unshift(...target.split('/').filter((one) => one !== '' && one !== '.'));
      continue;
    }
    if (stats !== undefined && !isLast && !isFolder(stats.mode)) {
      throw new RootimgError(
        'not-a-folder',
        `${toShown(here)} in the image is no folder, so ${toShown(path)} cannot be put there.`,
      );
    }
    place.push(part);
  }
  return place.length === 0 ? '.' : place.join('/');
}

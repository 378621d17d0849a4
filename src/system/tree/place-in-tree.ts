import { RootimgError } from '../../base/errors.ts';
import { toShown } from '../../base/bytes.ts';
import { lookInTree, targetInTree, type Tree } from './open-tree.ts';

/** As many links as the kernel follows. */
const longestChain = 40;

/** The file type in a mode (inode(7)). */
const type = { mask: 0o170000, symlink: 0o120000, folder: 0o040000 } as const;

/**
 * What stands at a path: its mode with the file type, and where it leads when it is a symbolic link (binary).
 */
export interface Standing {
  readonly mode: number;
  readonly target: () => string;
}

/** Looks at a path of an image, links not followed; undefined when there is nothing. */
export type Look = (path: string) => Standing | undefined;

/** Sees what the tree has. */
export function treeLook(tree: Tree): Look {
  return (path) => {
    const stats = lookInTree(tree, path);
    return stats && { mode: stats.mode, target: () => targetInTree(tree, path) };
  };
}

/**
 * Where a path of the image really lies: symbolic links in its folders are followed as they are inside the
 * image, never out of it (`/lib/x` becomes `usr/lib/x`). The last part is followed only on demand. Paths are
 * binary; the result is relative to the root, `.` for the root.
 * `seen` gets every path of a link on the way. What does not exist is kept as it is written. Throws
 * `link-loop`, `not-a-folder`.
 */
export function placeInTree(
  tree: Tree,
  path: string,
  options: { followLast?: boolean; seen?: string[] } = {},
): string {
  return placeBy(treeLook(tree), path, options);
}

/** The same for whatever `look` sees. */
export function placeBy(
  look: Look,
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
    const found = look(here);
    const isLast = rest.length === 0;
    if (found !== undefined && (found.mode & type.mask) === type.symlink && (!isLast || options.followLast)) {
      links += 1;
      if (links > longestChain) {
        throw new RootimgError(
          'link-loop',
          `Symbolic links go round in a circle at ${toShown(here)} in the image.`,
        );
      }
      options.seen?.push(here);
      const target = found.target();
      if (target.startsWith('/')) place.length = 0;
      rest.unshift(...target.split('/').filter((one) => one !== '' && one !== '.'));
      continue;
    }
    if (found !== undefined && !isLast && (found.mode & type.mask) !== type.folder) {
      throw new RootimgError(
        'not-a-folder',
        `${toShown(here)} in the image is not a folder, so ${toShown(path)} cannot be put there.`,
      );
    }
    place.push(part);
  }
  return place.length === 0 ? '.' : place.join('/');
}

/**
 * Where a path leads to; undefined when something on the way is not a folder, or its links go round in a
 * circle.
 */
export function findPlaceInTree(tree: Tree, path: string): string | undefined {
  try {
    return placeInTree(tree, path, { followLast: true });
  } catch (error) {
    if (error instanceof RootimgError) return undefined;
    throw error;
  }
}

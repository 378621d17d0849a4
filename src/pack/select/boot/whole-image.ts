import { toPath } from '../../../base/bytes.ts';
import { type Tree } from '../../../system/tree/open-tree.ts';
import { RootimgError } from '../../../base/errors.ts';
import { imageSoFar } from '../../members/image-so-far.ts';
import type { Overrides } from '../../members/override.ts';
import { readRange, treeRange } from '../../members/member-bytes.ts';
import { isFolder, isRegular } from '../../members/mode.ts';
import { type Look, placeBy } from '../../../system/tree/place-in-tree.ts';
import { namesIn } from '../../members/tree-entry.ts';

/** The image as it would be without any exlist. Paths are binary, without `./`. */
export interface WholeImage {
  look: Look;
  /** Bytes of the regular file at a path, links not followed; none for anything else. */
  read(path: string, offset: number, length: number): Buffer;
  /** What the tree has in a folder; none for anything else. */
  names(path: string): string[];
  /**
   * Where a path leads (undefined: nowhere), and all that has to be there for it: the links and folders on
   * the way.
   */
  trace(path: string): { readonly place: string | undefined; readonly way: readonly string[] };
}

export function wholeImage(root: Tree, overrides: Overrides): WholeImage {
  const { look } = imageSoFar(overrides, root);
  return {
    look,
    read: (path, offset, length) => {
      if (!isRegular(look(path)?.mode ?? 0)) return Buffer.alloc(0);
      const content = overrides.get(path)?.content;
      if (Buffer.isBuffer(content)) return content.subarray(offset, offset + length);
      return content === undefined
        ? treeRange(root, path, offset, length)
        : readRange(toPath(content.source), offset, length);
    },
    names: (path) => {
      const shows = isFolder(look(path)?.mode ?? 0) && !overrides.get(path)?.opaque;
      return shows ? namesIn(root, path) : [];
    },
    trace: (path) => traceBy(look, path),
  };
}

function traceBy(look: Look, path: string): ReturnType<WholeImage['trace']> {
  const way: string[] = [];
  let isWhole = true;
  const noting: Look = (here) => {
    const found = look(here);
    if (found === undefined) isWhole = false;
    else way.push(here);
    return found;
  };
  try {
    const place = placeBy(noting, path, { followLast: true });
    return { place: isWhole ? place : undefined, way };
  } catch (error) {
    // Links that go round in a circle, a file where a folder should be.
    if (!(error instanceof RootimgError)) throw error;
    return { place: undefined, way };
  }
}

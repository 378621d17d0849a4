import { toBinary } from '../../base/bytes.ts';
import { packageOf } from '../../packages/database.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import { findTreePlace } from '../../system/tree/tree-place.ts';
import { causeOf } from './cause.ts';
import { type ExactDifference, exactDifferences } from './exact-differences.ts';

/** How two trees differ that should not. */
export interface TreeDifferences {
  readonly first: (ExactDifference & { readonly cause: string }) | undefined;
  readonly count: number;
}

/**
 * Compares the trees of two image folders to the last byte and time; `epoch` is the time of the image, in
 * seconds since 1970. Content counts more than time: of a folder the time differs because of what is in it.
 */
export async function treeDifferences(
  published: string,
  again: string,
  epoch: number,
): Promise<TreeDifferences> {
  const [before, after] = await Promise.all([findTreePlace(published), findTreePlace(again)]);
  const found = withTree(toBinary(before.root), (one) =>
    withTree(toBinary(after.root), (other) => exactDifferences(one, other)),
  );
  const first = found.find(({ what }) => !what.startsWith('its time alone')) ?? found[0];
  if (first === undefined) return { first, count: 0 };
  const owner = await packageOf(after.root, new Set([first.path]));
  return { first: { ...first, cause: causeOf(first, epoch, owner) }, count: found.length };
}

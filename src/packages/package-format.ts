import { readPackages } from './deb/dpkg-database.ts';
import { familyOf } from '../family/families.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import type { PackageId } from '../plan/package-id.ts';
import { toBinary } from '../base/bytes.ts';
import { type Tree, withTree } from '../system/tree/open-tree.ts';
import { hasRpmDatabase } from './rpm/tree-database.ts';

/** One of these is in every system that dpkg keeps, and in no other: dpkg on EL knows only what it put there. */
const foundations = new Set(['base-files', 'dpkg', 'libc6']);

/**
 * The format of the packages that a tree is made of, as it may have the database of the other format too (rpm
 * on Debian, dpkg on EL); undefined where it has neither.
 */
export function formatOfTree(tree: Tree): PackageId['type'] | undefined {
  const debs = readPackages(tree);
  if (debs.some(({ name }) => foundations.has(name))) return 'deb';
  if (hasRpmDatabase(tree)) return 'rpm';
  return debs.length > 0 ? 'deb' : undefined;
}

/** The same of the tree at `root`. Throws `tree-file`. */
export function packageFormatOf(root: string): PackageId['type'] | undefined {
  return withTree(toBinary(root), formatOfTree);
}

/** The format of the packages that a plan fills its image with. */
export function packageFormatOfPlan({ image }: Pick<BuildPlan, 'image'>): PackageId['type'] {
  return familyOf(image.family).packageFormat;
}

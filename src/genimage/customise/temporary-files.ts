import type { Build } from '../build-context.ts';
import { familyOf } from '../../family/families.ts';
import { removeFromTree, treeNames } from '../../system/tree-file.ts';

/** Folders whose content is of no use to a node. */
const folders = ['tmp', 'var/tmp'];

/** ldconfig remembers times and inode numbers. */
const caches = ['var/cache/ldconfig'];

/**
 * Removes what scriptlets and package managers left in a new tree. In an older one it may hold work done by
 * hand.
 */
export async function clearTemporaryFolders(build: Build): Promise<void> {
  if (!build.tree.isNew) return;
  for (const name of folders) await clear(build.root, name);
  await clearCaches(build);
}

/** Caches and logs of package managers, also where a script runs that of the image, and of ldconfig. */
export async function clearCaches({ root, plan }: Build): Promise<void> {
  const leftovers = familyOf(plan.image.family).filling?.leftovers;
  for (const name of [...caches, ...(leftovers?.folders ?? [])]) await clear(root, name);
  if (leftovers !== undefined) await clear(root, 'var/log', leftovers.logs);
}

async function clear(root: string, folder: string, which = /^/): Promise<void> {
  const names = (await treeNames(root, folder)).filter((name) => which.test(name));
  for (const name of names) await removeFromTree(root, `${folder}/${name}`);
}

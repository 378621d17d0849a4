import type { Build } from '../build-context.ts';
import { familyOf } from '../../family/families.ts';
import { removeFromTree, treeNames } from '../../system/tree-file.ts';

/** Folders whose content is of no use to a node. */
const folders = ['tmp', 'var/tmp', 'var/cache/ldconfig'];

/**
 * Removes what scriptlets and package managers left in a new tree. In an older one it may hold work done by
 * hand.
 */
export async function clearTemporaryFolders(build: Build): Promise<void> {
  if (!build.tree.isNew) return;
  // Also where a script runs the package manager of the image.
  const leftovers = familyOf(build.plan.image.family).filling?.leftovers;
  for (const name of [...folders, ...(leftovers?.folders ?? [])]) await clear(build.root, name);
  if (leftovers !== undefined) await clear(build.root, 'var/log', leftovers.logs);
}

async function clear(root: string, folder: string, which = /^/): Promise<void> {
  const names = (await treeNames(root, folder)).filter((name) => which.test(name));
  for (const name of names) await removeFromTree(root, `${folder}/${name}`);
}

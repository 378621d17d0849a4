import type { Build } from '../build-context.ts';
import { managerCaches, managerLog } from '../../packages/leftovers.ts';
import { removeFromTree, treeNames } from '../../system/tree-file.ts';

/** Folders whose content is of no use to a node. */
const folders = ['tmp', 'var/tmp', ...managerCaches, 'var/cache/ldconfig'];

/** Removes what scriptlets and package managers left in a new tree. In an older one it may hold work done by hand. */
export async function clearTemporaryFolders(build: Build): Promise<void> {
  if (!build.tree.isNew) return;
  for (const name of folders) await clear(build.root, name);
  await clear(build.root, 'var/log', managerLog);
}

async function clear(root: string, folder: string, which = /^/): Promise<void> {
  const names = (await treeNames(root, folder)).filter((name) => which.test(name));
  for (const name of names) await removeFromTree(root, `${folder}/${name}`);
}

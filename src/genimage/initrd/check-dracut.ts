import { RootimgError } from '../../base/errors.ts';
import { treeHas, treeNames } from '../../system/tree-file.ts';

/** Throws `dracut-missing` where an image cannot make its initrd, with the packages to name. */
export async function checkDracut(root: string): Promise<void> {
  const isThere = (await treeHas(root, 'usr/bin/dracut')) || (await treeHas(root, 'sbin/dracut'));
  if (!isThere) throw lacks('dracut', 'dracut and dracut-network');
  const modules = await treeNames(root, 'usr/lib/dracut/modules.d');
  const hasNetwork = modules.some((name) => /^\d+network$/.test(name));
  // EL 6 has them elsewhere.
  if (modules.length > 0 && !hasNetwork) throw lacks('dracut module for the network', 'dracut-network');
}

function lacks(what: string, packages: string): RootimgError {
  return new RootimgError('dracut-missing', `The image has no ${what} to make its initrd with.`, {
    hint: `Name ${packages} in pkglist.`,
  });
}

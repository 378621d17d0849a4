import { toBinary } from '../../base/bytes.ts';
import type { Build } from '../build-context.ts';
import { lookInTree, withTree } from '../../system/tree/open-tree.ts';
import { removeFromTree, treeHas, treePlace, treeStat, writeTreeFile } from '../../system/tree-file.ts';
import { removeHostKeys } from './host-keys.ts';
import { hasSystemd } from './systemd.ts';
import { clearTemporaryFolders } from './temporary-files.ts';

/** Secrets of one machine that all nodes would share. */
const seeds = ['var/lib/systemd/random-seed', 'var/lib/systemd/credential.secret', 'boot/loader/random-seed'];

/**
 * Takes away what makes a machine itself. An empty machine-id is filled at each boot; a missing one would
 * start the first-boot wizard (machine-id(5)).
 */
export async function forgetIdentity(build: Build): Promise<void> {
  const { root } = build;
  if ((await hasSystemd(root)) || (await treeHas(root, 'etc/machine-id'))) {
    await writeTreeFile(root, 'etc/machine-id', '', 0o444);
  }
  const dbus = await treeStat(root, 'var/lib/dbus/machine-id');
  if (dbus?.isFile() && !(await isSameAsMachineId(root)))
    await removeFromTree(root, 'var/lib/dbus/machine-id');
  for (const path of seeds) await removeFromTree(root, path);
}

/** What makes a new tree with the name of the building host, or its name servers, in it. */
const ofTheBuilder = ['etc/hostname', 'etc/resolv.conf'];

/** Nodes have names and name servers of their own: empty files, as a link leads to what fills it at run time. */
export async function forgetBuilder({ root, tree }: Build): Promise<void> {
  if (!tree.isNew) return;
  const files = await withTree(toBinary(root), (open) =>
    ofTheBuilder.filter((path) => {
      const found = lookInTree(open, path);
      return found?.isFile() === true && found.size > 0;
    }),
  );
  for (const path of files) await writeTreeFile(root, path, '');
}

/** A link to etc/machine-id stays. */
async function isSameAsMachineId(root: string): Promise<boolean> {
  return (await treePlace(root, 'var/lib/dbus/machine-id')) === (await treePlace(root, 'etc/machine-id'));
}

/**
 * Everything of a new tree that is one machine's alone, and what scriptlets left in its temporary folders:
 * before it is kept for others.
 */
export async function forgetMachine(build: Build): Promise<void> {
  await removeHostKeys(build);
  await forgetBuilder(build);
  await forgetIdentity(build);
  await clearTemporaryFolders(build);
}

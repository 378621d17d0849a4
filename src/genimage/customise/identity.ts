import { type Build, warn } from '../build-context.ts';
import {
  removeFromTree,
  treeHas,
  treeNames,
  treePlace,
  treeStat,
  writeTreeFile,
} from '../../system/tree-file.ts';
import { hasSystemd, hasUnit } from './systemd.ts';
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

/** A link to etc/machine-id stays. */
async function isSameAsMachineId(root: string): Promise<boolean> {
  return (await treePlace(root, 'var/lib/dbus/machine-id')) === (await treePlace(root, 'etc/machine-id'));
}

/**
 * Everything of a new tree that is one machine's alone, and what scriptlets left in its temporary folders:
 * before it is kept for others.
 */
export async function forgetMachine(build: Build): Promise<void> {
  await removeHostKeys(build.root);
  await forgetIdentity(build);
  await clearTemporaryFolders(build);
}

/** Units that make missing host keys when the node boots. */
const keyMakers = ['sshd-keygen@.service', 'sshd-keygen.service'];

/**
 * Host keys that a scriptlet made in a new tree go away where the node makes its own; keys that were put
 * there by hand stay.
 */
export async function forgetHostKeys(build: Build): Promise<void> {
  if (!build.tree.isNew) return;
  await removeHostKeys(build.root);
  if (!(await holdsHostKeys(build.root))) return;
  warn(
    build,
    'The packages made ssh host keys and bring no service that makes them on the node: all nodes share them.',
  );
}

export async function holdsHostKeys(root: string): Promise<boolean> {
  return (await hostKeys(root)).length > 0;
}

async function hostKeys(root: string): Promise<string[]> {
  const names = await treeNames(root, 'etc/ssh');
  return names.filter((name) => /^ssh_host_.*_key(\.pub)?$/.test(name));
}

async function removeHostKeys(root: string): Promise<void> {
  for (const unit of keyMakers) {
    if (!(await hasUnit(root, unit))) continue;
    for (const name of await hostKeys(root)) await removeFromTree(root, `etc/ssh/${name}`);
    return;
  }
}

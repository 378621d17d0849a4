import { type Tree } from '../../system/tree/open-tree.ts';
import { fileType } from '../members/mode.ts';
import { type Override, rootOwned } from '../members/override.ts';
import { placeInTree } from '../../system/tree/place-in-tree.ts';
import { lookAt } from '../members/tree-entry.ts';

/**
 * Files that belong to one machine: nodes that share an image would share them. Host keys are made anew at
 * boot or come as postscripts; seeds by which all nodes draw the same random numbers, and systemd's
 * credential key, must never be shared.
 */
const patterns = [
  './etc/ssh/ssh_host_*key',
  './etc/ssh/ssh_host_*key.pub',
  './etc/ssh/ssh_host_*key-cert.pub',
  './var/lib/systemd/random-seed',
  './var/lib/systemd/credential.secret',
  './var/lib/random-seed',
  './var/lib/urandom/random-seed',
  './var/lib/misc/random-seed',
  './boot/loader/random-seed',
  './boot/efi/loader/random-seed',
  // What the initrd of a node is given with a cpio archive, and removes.
  './.rootimg-xattrs',
];

/**
 * Patterns, as exlists have them, of what a tree may hold and no image may. A D-Bus machine id is left alone
 * where it is only a link.
 */
export function identityPatterns(root: Tree): string[] {
  const dbus = 'var/lib/dbus/machine-id';
  return lookAt(root, dbus)?.isFile() ? [...patterns, `./${dbus}`] : patterns;
}

/**
 * An empty etc/machine-id, so that systemd makes one for each boot in memory: without the file it takes the
 * boot for the first one and asks questions. Only where the tree has one or systemd.
 */
export function machineIdOverride(root: Tree): Override | undefined {
  const path = 'etc/machine-id';
  const current = lookAt(root, path);
  const content = Buffer.alloc(0);
  if (current === undefined) {
    const hasSystemd = ['lib', 'usr/lib'].some((lib) =>
      lookAt(root, placeInTree(root, `${lib}/systemd/systemd`, { followLast: true }))?.isFile(),
    );
    if (!hasSystemd) return undefined;
    return { path, mode: fileType.regular | 0o444, ...rootOwned, content };
  }
  if (!current.isFile()) return undefined;
  return { path, mode: current.mode, uid: current.uid, gid: current.gid, content };
}

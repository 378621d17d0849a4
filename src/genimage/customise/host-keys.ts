import { type Build, warn } from '../build-context.ts';
import { linkInTree, removeFromTree, treeHas, treeNames, writeTreeFile } from '../../system/tree-file.ts';
import { hasSystemd, readUnit } from './systemd.ts';

/** What of a distribution makes missing host keys when the node boots: units of EL, a program of SUSE. */
const keyMakers = {
  units: ['sshd-keygen@.service', 'sshd-keygen.service'],
  program: 'usr/sbin/sshd-gen-keys-start',
};

/** Where a distribution leaves that to the installation of its package (Debian), this does it. */
const unit = 'ssh-host-keys.service';
const unitText = `[Unit]
Description=Make the missing ssh host keys of this node
DefaultDependencies=no
After=local-fs.target
Before=ssh.service sshd.service ssh.socket sshd.socket

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
`;

/**
 * Each node makes its own host keys. Those that a scriptlet made in a new tree go away; keys that were put
 * there by hand stay.
 */
export async function settleHostKeys(build: Build): Promise<void> {
  const { root } = build;
  if (!(await makesOwnKeys(root)) && (await couldMakeKeys(root))) {
    const path = `etc/systemd/system/${unit}`;
    if (!(await treeHas(root, path))) await writeTreeFile(root, path, unitText);
    await linkInTree(root, `etc/systemd/system/multi-user.target.wants/${unit}`, `../${unit}`);
  }
  if (!build.tree.isNew) return;
  await removeHostKeys(build);
  if (!(await holdsHostKeys(root))) return;
  warn(
    build,
    'The packages made ssh host keys and bring no service that makes them on the node: all nodes share them.',
  );
}

async function makesOwnKeys(root: string): Promise<boolean> {
  for (const name of keyMakers.units) if (await runsAtEachBoot(root, name)) return true;
  return treeHas(root, keyMakers.program);
}

/** That of Debian 13 runs at a first boot alone, which a node with an empty machine-id never has. */
async function runsAtEachBoot(root: string, name: string): Promise<boolean> {
  const text = await readUnit(root, name);
  return text !== undefined && !/^ConditionFirstBoot\s*=\s*(yes|true|on|1)\b/im.test(text);
}

async function couldMakeKeys(root: string): Promise<boolean> {
  if (!(await hasSystemd(root))) return false;
  return (await treeHas(root, 'usr/bin/ssh-keygen')) && (await treeHas(root, 'usr/sbin/sshd'));
}

export async function holdsHostKeys(root: string): Promise<boolean> {
  return (await hostKeys(root)).length > 0;
}

async function hostKeys(root: string): Promise<string[]> {
  const names = await treeNames(root, 'etc/ssh');
  return names.filter((name) => /^ssh_host_.*_key(\.pub)?$/.test(name));
}

/** Removes the keys that the nodes will make. */
export async function removeHostKeys({ root }: Build): Promise<void> {
  if (!(await makesOwnKeys(root)) && !(await couldMakeKeys(root))) return;
  for (const name of await hostKeys(root)) await removeFromTree(root, `etc/ssh/${name}`);
}

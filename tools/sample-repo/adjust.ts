import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../src/system/exec.ts';
import { addedLinks, rpmDbPath } from './packages.ts';

/** Puts what a Debian maintainer script would make into the unpacked package. */
export async function adjustTree(name: string, root: string): Promise<void> {
  for (const [path, target] of Object.entries(addedLinks[name] ?? {}))
    await symlink(target, join(root, path));
  if (isKernelImage(name)) await compressModules(root, kernelVersion(name));
  else await adjustments[name]?.(root);
}

/** Tells the package of one kernel from the package that names the current one. */
export function isKernelImage(name: string): boolean {
  return /^linux-image-\d/.test(name);
}

/** What `uname -r` will say. */
export function kernelVersion(name: string): string {
  return name.replace(/^linux-image-/, '');
}

const adjustments: Readonly<Record<string, (root: string) => Promise<void>>> = {
  'ca-certificates': bundleCertificates,
  chrony: async (root) =>
    copyFile(join(root, 'usr/share/chrony/chrony.conf'), join(root, 'etc/chrony/chrony.conf')),
  'openssh-server': configureSshd,
  'rpm-common': moveRpmDatabase,
  'nfs-common': copyNfsConfiguration,
  rpcbind: async (root) => put(root, 'etc/default/rpcbind', 'OPTIONS="-w"\n'),
};

async function put(root: string, path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
  await chmod(join(root, path), mode);
}

/**
 * EL compresses modules; so every reader of module names has to cope with `.ko.xz`. The kernel reads only
 * this kind of check sum.
 */
async function compressModules(root: string, version: string): Promise<void> {
  const folder = join(root, 'usr/lib/modules', version);
  const modules = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ko'));
  await run(['xz', '--check=crc32', '-1', '--', ...modules], { cwd: folder, action: 'compress the modules' });
  await run(['depmod', '-b', join(root, 'usr'), version], { action: `list the modules of ${version}` });
}

async function bundleCertificates(root: string): Promise<void> {
  const folder = join(root, 'usr/share/ca-certificates/mozilla');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.crt')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  await put(root, 'etc/ssl/certs/ca-certificates.crt', texts.join(''));
  await rm(join(root, 'usr/share/ca-certificates'), { recursive: true });
}

const sshdKeygen = `[Unit]
Description=Make the SSH host key of this node
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
WantedBy=ssh.service
`;

/** Host keys are made when a node boots: an image must not give all nodes the same ones. */
async function configureSshd(root: string): Promise<void> {
  await copyFile(join(root, 'usr/share/openssh/sshd_config'), join(root, 'etc/ssh/sshd_config'));
  await put(root, 'usr/lib/systemd/system/sshd-keygen.service', sshdKeygen);
}

/** Debian's default is a folder in the caller's home; EL 9 has /var/lib/rpm. */
async function moveRpmDatabase(root: string): Promise<void> {
  const path = join(root, 'usr/lib/rpm/macros');
  const text = await readFile(path, 'utf8');
  const changed = text.replace(/^%_dbpath\b.*$/m, `%_dbpath\t\t${rpmDbPath}`);
  if (changed === text) throw new Error(`no _dbpath in ${path}`);
  await writeFile(path, changed);
}

async function copyNfsConfiguration(root: string): Promise<void> {
  const folder = join(root, 'usr/share/nfs-common/conffiles');
  for (const name of await readdir(folder)) {
    const target = name.endsWith('.default')
      ? `etc/default/${name.replace(/\.default$/, '')}`
      : `etc/${name}`;
    await put(root, target, await readFile(join(folder, name), 'utf8'));
  }
}

import { treeHas, treeNames } from '../../system/tree-file.ts';

/** What dracut's network-legacy asks for; one of each. */
const needed = [
  ['ip'],
  ['dhclient'],
  ['sed'],
  ['awk'],
  ['grep'],
  ['pgrep'],
  ['tr'],
  ['expr'],
  ['arping', 'arping2'],
];

const binFolders = ['usr/sbin', 'usr/bin', 'sbin', 'bin'];

const networkManagerGenerators = ['usr/libexec', 'usr/lib', 'usr/lib/NetworkManager'].map(
  (folder) => `${folder}/nm-initrd-generator`,
);

/**
 * dracut modules to name besides `network`, which would take systemd-networkd before dhclient: until dracut
 * 060 nothing in an initrd configures it. NetworkManager goes first where the image has it, as dracut does.
 */
export async function networkModules(root: string): Promise<string[]> {
  const modules = await treeNames(root, 'usr/lib/dracut/modules.d');
  if (!modules.some((module) => /^\d+network-legacy$/.test(module))) return [];
  if (await hasAny(root, networkManagerGenerators)) return [];
  for (const names of needed) {
    const paths = names.flatMap((name) => binFolders.map((folder) => `${folder}/${name}`));
    if (!(await hasAny(root, paths))) return [];
  }
  return ['network-legacy'];
}

async function hasAny(root: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    if (await treeHas(root, path)) return true;
  }
  return false;
}

import { familyOf } from '../../family/families.ts';
import type { NetworkTools } from '../../family/family.ts';
import type { Build } from '../build-context.ts';
import { linkInTree, readTreeFile, treeHas, writeTreeFile } from '../../system/tree-file.ts';

/**
 * xCAT: networking is on; nodebootif is left to the initrd that booted over it, the other interfaces come up
 * with DHCP.
 */
export async function writeNetwork(build: Build): Promise<void> {
  const { root, plan } = build;
  const filling = familyOf(plan.image.family).filling;
  if (filling?.networkSwitch !== undefined) {
    const before = (await readTreeFile(root, filling.networkSwitch)) ?? '';
    await writeTreeFile(root, filling.networkSwitch, withNetworking(before));
  }
  const { nodebootif } = plan.request;
  if (nodebootif !== undefined && nodebootif !== '') await writeCard(build, nodebootif, false);
  for (const name of plan.otherifce) await writeCard(build, name, true);
}

/** The file with `NETWORKING=yes` and whatever else it held. */
export function withNetworking(text: string): string {
  const others = text.split('\n').filter((line) => line !== '' && !/^\s*NETWORKING=/.test(line));
  return ['NETWORKING=yes', ...others, ''].join('\n');
}

async function writeCard({ root, plan }: Build, name: string, onBoot: boolean): Promise<void> {
  const { family, releasever } = plan.image;
  const tools = await networkTools(root);
  const files = familyOf(family).filling?.networkFiles(family, releasever, { name, onBoot }, tools) ?? [];
  for (const { path, text, mode } of files) {
    await writeTreeFile(root, path, text, mode);
    if (onBoot && path.startsWith('etc/systemd/network/')) await enableNetworkd(root);
  }
}

async function networkTools(root: string): Promise<NetworkTools> {
  const hasAny = async (...paths: string[]) => {
    for (const path of paths) if (await treeHas(root, path)) return true;
    return false;
  };
  return {
    netplan: await hasAny('usr/sbin/netplan'),
    networkManager: await hasAny('usr/sbin/NetworkManager'),
    ifupdown: await hasAny('sbin/ifup', 'usr/sbin/ifup'),
    wicked: await hasAny('usr/sbin/wicked'),
  };
}

const networkd = 'systemd-networkd.service';

/** Where it is all that could bring cards up, nobody else has done so. */
async function enableNetworkd(root: string): Promise<void> {
  const link = `etc/systemd/system/multi-user.target.wants/${networkd}`;
  if (await treeHas(root, `usr/lib/systemd/system/${networkd}`)) {
    await linkInTree(root, link, `/usr/lib/systemd/system/${networkd}`);
  }
}

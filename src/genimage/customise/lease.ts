import { networkLost } from '../../family/boot-needs.ts';
import { treeHas } from '../../system/tree-file.ts';
import { type Build, warn } from '../build-context.ts';
import { isAnyEnabled } from './services.ts';

/** Says where nobody in the tree renews the lease by which its nodes boot: at its end another node gets the address. */
export async function warnOfLease(build: Build): Promise<void> {
  if (await renewsLeases(build.root)) return;
  warn(build, `Nothing in this image configures network cards: ${networkLost.outcome}. ${networkLost.hint}`);
}

const managers = ['usr/sbin/NetworkManager', 'usr/sbin/netplan', 'usr/sbin/wicked', 'usr/sbin/connmand'];
const scripts = ['sbin/ifup', 'usr/sbin/ifup'];
const clients = ['sbin/dhclient', 'usr/sbin/dhclient', 'sbin/dhcpcd', 'usr/sbin/dhcpcd'];

/** What the initrd hands a card over to (share/xcat/netboot/common/dracut/97rootimg/handover.sh), or who takes it. */
export async function renewsLeases(root: string): Promise<boolean> {
  const hasAny = async (paths: readonly string[]) => {
    for (const path of paths) if (await treeHas(root, path)) return true;
    return false;
  };
  if (await hasAny(managers)) return true;
  if ((await hasAny(scripts)) && (await hasAny(clients))) return true;
  return isAnyEnabled(root, ['systemd-networkd.service']);
}

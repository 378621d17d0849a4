import type { NetworkCard, NetworkFile, NetworkTools } from './family.ts';
import { keyfile } from './network.ts';

/**
 * The file of a card for what brings the cards of an image up. Of several the one that the distributions
 * prefer: netplan writes the configuration of the others, and NetworkManager leaves alone what stands in
 * ifupdown's. Without any it is systemd-networkd, which comes with systemd.
 */
export function debianNetworkFiles(card: NetworkCard, tools: NetworkTools): NetworkFile[] {
  if (tools.netplan) return [netplan(card)];
  if (tools.networkManager) return [keyfile(card)];
  return [tools.ifupdown ? interfaces(card) : networkd(card)];
}

/**
 * netplan(5). A card that is mentioned gets its address by DHCP: of nodebootif the one that the initrd has,
 * which stays. The management node knows cards by their hardware addresses.
 */
function netplan({ name, onBoot }: NetworkCard): NetworkFile {
  const lines = [
    ...['network:', '  version: 2', '  ethernets:', `    ${JSON.stringify(name)}:`],
    ...['      dhcp4: true', '      dhcp-identifier: mac', '      optional: true'],
    ...(onBoot ? [] : ['      critical: true']),
    '',
  ];
  return { path: `etc/netplan/80-xcat-${name}.yaml`, text: lines.join('\n'), mode: 0o600 };
}

/** interfaces(5). A card that is not there is no failure: it comes up when it comes. */
function interfaces({ name, onBoot }: NetworkCard): NetworkFile {
  const lines = [...(onBoot ? [`allow-hotplug ${name}`] : []), `iface ${name} inet dhcp`, ''];
  return { path: `etc/network/interfaces.d/xcat-${name}`, text: lines.join('\n'), mode: 0o644 };
}

/** systemd.network(5). */
function networkd({ name, onBoot }: NetworkCard): NetworkFile {
  const wanted = onBoot
    ? ['RequiredForOnline=no', '', '[Network]', 'DHCP=yes', '', '[DHCPv4]', 'ClientIdentifier=mac']
    : ['Unmanaged=yes'];
  const text = ['[Match]', `Name=${name}`, '', '[Link]', ...wanted, ''].join('\n');
  return { path: `etc/systemd/network/10-xcat-${name}.network`, text, mode: 0o644 };
}

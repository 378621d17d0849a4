import { createHash } from 'node:crypto';
import type { NetworkCard, NetworkFile } from './family.ts';

/**
 * xCAT: the file of network scripts (`ifcfg-eth1`) in a folder of the image. `alsoKeyfile`: it names the same
 * connection as the keyfile, so that NetworkManager, which reads both, has one for the card and not two.
 */
export function ifcfg(folder: string, { name, onBoot }: NetworkCard, alsoKeyfile: boolean): NetworkFile {
  const lines = [`ONBOOT=${onBoot ? 'yes' : 'no'}`, 'BOOTPROTO=dhcp', `DEVICE=${name}`];
  const text = [...lines, ...(alsoKeyfile ? [`UUID=${connectionId(name)}`] : []), ''].join('\n');
  return { path: `${folder}/ifcfg-${name}`, text, mode: 0o644 };
}

/** NetworkManager's own format (nm-settings-keyfile(5)), which it reads only when nobody else can. */
export function keyfile({ name, onBoot }: NetworkCard): NetworkFile {
  const lines = [
    ...['[connection]', `id=${name}`, `uuid=${connectionId(name)}`, `interface-name=${name}`],
    // The kernel calls cards of InfiniBand so.
    `type=${/^ib/.test(name) ? 'infiniband' : 'ethernet'}`,
    `autoconnect=${onBoot}`,
    ...['', '[ipv4]', 'method=auto', '', '[ipv6]', 'method=auto', ''],
  ];
  const path = `etc/NetworkManager/system-connections/${name}.nmconnection`;
  return { path, text: lines.join('\n'), mode: 0o600 };
}

/**
 * A UUID that is the same in every build: of kind 8, which leaves its bits to whoever makes it (RFC 9562).
 */
function connectionId(name: string): string {
  const hex = createHash('sha256').update(`rootimg connection ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

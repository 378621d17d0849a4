import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { debianNetworkFiles } from '../../../src/family/debian-network.ts';

const none = { netplan: false, networkManager: false, ifupdown: false, wicked: false };
const all = { netplan: true, networkManager: true, ifupdown: true, wicked: false };
const card = (onBoot: boolean) => ({ name: 'eno1', onBoot });
const only = (onBoot: boolean, tools: typeof none) => {
  const [file, ...more] = debianNetworkFiles(card(onBoot), tools);
  expect(more).toEqual([]);
  return { path: file?.path, mode: file?.mode, text: file?.text ?? '' };
};

test.each([
  ['netplan', all, 'etc/netplan/80-xcat-eno1.yaml'],
  ['NetworkManager', { ...all, netplan: false }, 'etc/NetworkManager/system-connections/eno1.nmconnection'],
  ['ifupdown', { ...none, ifupdown: true, wicked: false }, 'etc/network/interfaces.d/xcat-eno1'],
  ['systemd-networkd', none, 'etc/systemd/network/10-xcat-eno1.network'],
])('%s gets the one file that it reads', (_, tools, path) => {
  expect(only(true, tools).path).toBe(path);
});

test('a card of netplan asks with its hardware address and is not waited for', () => {
  const { text, mode } = only(true, all);
  expect(mode).toBe(0o600);
  const wanted = { dhcp4: true, 'dhcp-identifier': 'mac', optional: true };
  expect(parse(text)).toEqual({ network: { version: 2, ethernets: { eno1: wanted } } });
  expect(parse(only(false, all).text)).toEqual({
    network: { version: 2, ethernets: { eno1: { ...wanted, critical: true } } },
  });
});

test('the card that booted stays as the initrd left it', () => {
  expect(only(false, { ...none, ifupdown: true, wicked: false }).text).toBe('iface eno1 inet dhcp\n');
  expect(only(true, { ...none, ifupdown: true, wicked: false }).text).toBe(
    'allow-hotplug eno1\niface eno1 inet dhcp\n',
  );
  expect(only(false, none).text).toBe('[Match]\nName=eno1\n\n[Link]\nUnmanaged=yes\n');
  expect(only(true, none).text).toContain('\n[Network]\nDHCP=yes\n');
});

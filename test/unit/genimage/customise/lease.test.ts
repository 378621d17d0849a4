import { expect, test } from 'vitest';
import { renewsLeases } from '../../../../src/genimage/customise/lease.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

test.each([
  [[], false],
  [['usr/sbin/NetworkManager'], true],
  [['usr/sbin/netplan'], true],
  [['usr/sbin/wicked'], true],
  [['sbin/ifup'], false],
  [['sbin/dhclient'], false],
  [['sbin/ifup', 'sbin/dhclient'], true],
  [['usr/sbin/ifup', 'usr/sbin/dhcpcd'], true],
  [['usr/lib/systemd/system/systemd-networkd.service'], false],
  [['etc/systemd/system/multi-user.target.wants/systemd-networkd.service'], true],
] as const)('%j: somebody renews the lease: %s', async (paths, expected) => {
  await folder.folder('r');
  for (const path of paths) await folder.file(`r/${path}`);
  expect(await renewsLeases(`${folder.path}/r`)).toBe(expected);
});

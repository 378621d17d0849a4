import { describe, expect, it } from 'vitest';
import { bringsNetwork, lackingForBoot } from '../../../src/family/boot-needs.ts';

const what = (format: 'rpm' | 'deb', ...names: string[]) =>
  lackingForBoot(format, names).map(({ name }) => name);

describe('what an image lacks to be booted', () => {
  it('is nothing where packages bring it, whatever they are called', () => {
    expect(what('rpm', 'kernel-core', 'dracut', 'curl-minimal', 'iproute', 'cpio', 'kmod', 'tar')).toEqual(
      [],
    );
    expect(what('rpm', 'kernel-lt', 'dracut', 'curl', 'iproute', 'cpio', 'kmod', 'bsdtar')).toEqual([]);
    const suse = ['kernel-default', 'dracut', 'curl', 'iproute2', 'cpio', 'kmod', 'tar'];
    expect(what('rpm', ...suse)).toEqual([]);
    expect(what('rpm', ...suse.slice(1), 'kernel-firmware-all', 'kernel-macros')).toHaveLength(1);
    expect(
      what('deb', 'linux-image-6.1.0-44-amd64', 'dracut-core', 'curl', 'iproute2', 'cpio', 'kmod'),
    ).toEqual([]);
    expect(what('deb', 'proxmox-kernel-6.8', 'dracut', 'curl', 'busybox')).toEqual([]);
  });

  it('is named with the package that brings it', () => {
    expect(what('rpm', 'kernel-headers', 'libcurl', 'tar', 'cpio', 'kmod', 'iproute')).toEqual([
      'kernel or kernel-default',
      'dracut and dracut-network',
      'curl',
    ]);
    expect(
      what('deb', 'util-linux', 'linux-libc-dev', 'curl', 'iproute2', 'cpio', 'kmod', 'dracut'),
    ).toHaveLength(1);
  });
});

it('knows what brings network cards up', () => {
  for (const one of ['NetworkManager', 'network-manager', 'ifupdown', 'netplan.io', 'initscripts', 'wicked'])
    expect(bringsNetwork(['bash', one])).toBe(true);
  expect(bringsNetwork(['bash', 'systemd', 'libnm0', 'initscripts-service'].slice(0, 3))).toBe(false);
});

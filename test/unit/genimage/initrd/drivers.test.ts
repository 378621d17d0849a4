import { expect, test } from 'vitest';
import { chooseDrivers } from '../../../../src/genimage/initrd/drivers.ts';
import { moduleName, parseModuleIndex } from '../../../../src/genimage/initrd/module-index.ts';

const index = parseModuleIndex(
  [
    'kernel/drivers/net/ethernet/broadcom/tg3.ko.xz: kernel/drivers/ptp/ptp.ko.xz kernel/drivers/pps/pps_core.ko.xz',
    'kernel/drivers/ptp/ptp.ko.xz: kernel/drivers/pps/pps_core.ko.xz',
    'kernel/drivers/pps/pps_core.ko.xz:',
    'kernel/drivers/net/e1000.ko:',
    'kernel/drivers/net/mlx4/mlx4_en.ko.zst: kernel/drivers/net/mlx4/mlx4_core.ko.zst',
    'kernel/drivers/net/mlx4/mlx4_core.ko.zst:',
    'extra/my-nic.ko.gz: kernel/drivers/pps/pps_core.ko.xz',
    'kernel/fs/overlayfs/overlay.ko:',
    '',
  ].join('\n'),
  'kernel/fs/ext4/ext4.ko\nkernel/drivers/net/virtio_net.ko\n',
);

test('module names are spelled as the kernel spells them', () => {
  expect(moduleName('extra/my-nic.ko.gz')).toBe('my_nic');
  expect(moduleName('tg3.ko')).toBe('tg3');
  expect(moduleName('virtio-net')).toBe('virtio_net');
});

test('named drivers come first in their order, behind what they need, then the defaults', () => {
  const { drivers, problems } = chooseDrivers(['my-nic.ko', 'e1000'], 'x86_64', index);
  expect(problems).toEqual([]);
  expect(drivers).toEqual(['pps_core', 'my_nic', 'e1000', 'ptp', 'tg3', 'mlx4_core', 'mlx4_en', 'overlay']);
});

test('a default that the kernel lacks is skipped, one that is built in is not missing', () => {
  const { skipped } = chooseDrivers([], 'x86_64', index);
  expect(skipped).toContain('bnx2');
  expect(skipped).not.toContain('virtio_net');
  expect(skipped).not.toContain('ext4');
  expect(skipped).not.toContain('mlx_en');
});

test('a named driver that is not there is a problem by its name', () => {
  const { problems } = chooseDrivers(['nosuch.ko', 'virtio_net', 'tg3', 'ixgbe'], 'x86_64', index);
  expect(problems.map((p) => p.message)).toEqual([
    "The network driver 'nosuch.ko' (netdrivers) is not in the image's kernel.",
    "The network driver 'ixgbe' (netdrivers) is not in the image's kernel.",
  ]);
});

test('the keywords and empty words are no drivers', () => {
  expect(chooseDrivers(['allupdate', 'updateonly', ''], 'x86_64', index).problems).toEqual([]);
});

test('each architecture has its list', () => {
  expect(chooseDrivers([], 'ppc64le', index).skipped.slice(0, 4)).toEqual([
    'e1000e',
    'igb',
    'ibmveth',
    'ehea',
  ]);
  expect(chooseDrivers([], 's390x', index).skipped.slice(0, 2)).toEqual(['qdio', 'ccwgroup']);
  expect(chooseDrivers([], 'x86', index).drivers).toEqual(chooseDrivers([], 'x86_64', index).drivers);
  expect(chooseDrivers([], 'riscv64', index).drivers).toEqual(['overlay']);
});

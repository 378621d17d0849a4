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

const of = (family: string) => (arch: string) => ({ arch, family });
const [el, suse, debian] = ['rocky', 'sles', 'ubuntu'].map(of) as [Of, Of, Of];
type Of = ReturnType<typeof of>;

test('module names are spelled as the kernel spells them', () => {
  expect(moduleName('extra/my-nic.ko.gz')).toBe('my_nic');
  expect(moduleName('tg3.ko')).toBe('tg3');
  expect(moduleName('virtio-net')).toBe('virtio_net');
});

test('named drivers come first in their order, behind what they need, then the defaults', () => {
  const { drivers, problems } = chooseDrivers(['my-nic.ko', 'e1000'], el('x86_64'), index);
  expect(problems).toEqual([]);
  expect(drivers).toEqual(['pps_core', 'my_nic', 'e1000', 'ptp', 'tg3', 'mlx4_core', 'mlx4_en', 'overlay']);
});

test('a default that the kernel lacks is skipped, one that is built in is not missing', () => {
  const { skipped } = chooseDrivers([], el('x86_64'), index);
  expect(skipped).toContain('bnx2');
  expect(skipped).not.toContain('virtio_net');
  expect(skipped).not.toContain('ext4');
  expect(skipped).not.toContain('mlx_en');
});

test('a named driver that is not there is a problem by its name', () => {
  const { problems } = chooseDrivers(['nosuch.ko', 'virtio_net', 'tg3', 'ixgbe'], el('x86_64'), index);
  expect(problems.map((p) => p.message)).toEqual([
    "The network driver 'nosuch.ko' (netdrivers) is not in the image's kernel.",
    "The network driver 'ixgbe' (netdrivers) is not in the image's kernel.",
  ]);
});

test('the keywords and empty words are no drivers', () => {
  expect(chooseDrivers(['allupdate', 'updateonly', ''], el('x86_64'), index).problems).toEqual([]);
});

test('each architecture has its list', () => {
  expect(chooseDrivers([], el('ppc64le'), index).skipped.slice(0, 4)).toEqual([
    'e1000e',
    'igb',
    'ibmveth',
    'ehea',
  ]);
  expect(chooseDrivers([], el('s390x'), index).skipped.slice(0, 2)).toEqual(['qdio', 'ccwgroup']);
  expect(chooseDrivers([], el('x86'), index).drivers).toEqual(chooseDrivers([], el('x86_64'), index).drivers);
  expect(chooseDrivers([], el('riscv64'), index).drivers).toEqual(['overlay']);
});

test('SUSE and Debian have more than EL', () => {
  const more = (image: ReturnType<Of>) => {
    const { skipped } = chooseDrivers([], image, index);
    const ofEl = chooseDrivers([], el(image.arch), index).skipped;
    return skipped.filter((name) => !ofEl.includes(name)).join(' ');
  };
  const disks = 'virtio_blk libata scsi_mod ahci megaraid_sas sd_mod';
  expect(more(suse('x86_64'))).toBe(`virtio_balloon ${disks}`);
  expect(more(suse('ppc64le'))).toBe(`be2net ibmvscsi ${disks}`);
  expect(more(suse('s390x'))).toBe(`qeth qeth_l2 qeth_l3 ${disks}`);
  expect(more(suse('aarch64'))).toBe(disks);
  expect(more(debian('ppc64el'))).toBe('bnx2 bnx2x');
  expect(more(debian('x86_64'))).toBe('');
  expect(chooseDrivers([], suse('ppc64'), index).drivers).toContain('tg3');
  expect(chooseDrivers([], el('ppc64'), index).drivers).not.toContain('tg3');
  expect(chooseDrivers([], debian('ppc64el'), index).drivers).toContain('mlx4_en');
});

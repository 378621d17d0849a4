import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const conf = resolve('share/xcat/netboot/common/dracut/97rootimg/last.conf');
let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-last-conf-'));
  for (const name of ['90lvm', '95nfs', '99squash'])
    await mkdir(join(base, 'modules.d', name), { recursive: true });
});
afterEach(() => rm(base, { recursive: true }));

/** The value of a variable when dracut has read `settings` and then ours. */
function after(settings: string, variable: string, environment: Record<string, string> = {}): string {
  const script = `dracutbasedir=${base} kernel=1.2\n${settings}\n. ${conf} 2> /dev/null\nprintf '%s' "\${${variable}-unset}"`;
  const env = { PATH: process.env['PATH'], ...environment };
  return execFileSync('bash', ['-c', script], { env, encoding: 'utf8' }).trim().replace(/ +/g, ' ');
}

it.each<[string, string, string]>([
  ['uefi=yes', 'uefi', 'no'],
  ['hostonly=yes', 'hostonly', 'no'],
  ['kernel_cmdline="root=/dev/sda1"', 'kernel_cmdline', 'unset'],
  ['prefix=/run', 'prefix', 'unset'],
  ['omit_dracutmodules+=" network base "', 'omit_dracutmodules', 'unset'],
  ['install_items+=" /opt/tool "', 'install_items', '/opt/tool'],
  ['add_drivers+=" mlx5_core "', 'add_drivers', 'mlx5_core'],
  ['add_dracutmodules+=" lvm nosuch nfs squash "', 'add_dracutmodules', 'lvm nfs'],
  ['add_dracutmodules+=" lvm nfs "\nomit_dracutmodules+=" lvm "', 'add_dracutmodules', 'nfs'],
  [
    'fw_dir+=" :/opt/firmware "',
    'fw_dir',
    ':/opt/firmware :/lib/firmware/updates/1.2:/lib/firmware/updates:/lib/firmware/1.2:/lib/firmware',
  ],
  ['', 'fw_dir', 'unset'],
])('after %s, %s is %s', (settings, variable, value) => {
  expect(after(settings, variable)).toBe(value);
});

it('makes the part that it is asked for, whatever is configured', () => {
  const parts = (part: string) =>
    ['no_kernel', 'kernel_only'].map((name) =>
      after('no_kernel=yes kernel_only=yes', name, { ROOTIMG_PART: part }),
    );
  expect(parts('programs')).toEqual(['yes', 'no']);
  expect(parts('drivers')).toEqual(['no', 'yes']);
  expect(parts('whole')).toEqual(['no', 'no']);
});

it('omits drivers, but none that the node needs, however it is spelled', () => {
  const omit = (words: string) =>
    after(`omit_drivers+=" ${words} "`, 'omit_drivers', { ROOTIMG_NEEDED_DRIVERS: 'virtio_net overlay' });
  expect(omit('nouveau virtio_net')).toBe('nouveau');
  expect(omit('virtio-net virtio_blk')).toBe('virtio_blk');
  expect(omit('virtio.* .*')).toBe('');
  expect(omit('over nouv.* lay')).toBe('over nouv.* lay');
});

import { expect, test } from 'vitest';
import { suse } from '../../../src/family/suse.ts';
import { suseMedia } from '../../../src/family/suse-media.ts';

test.each([
  ['sles15.6', '15.6'],
  ['sle15', '15'],
  ['sles11sp4', '11.4'],
  ['leap16.0', '16.0'],
  ['sles12.5', '12.5'],
])('release of %s: %s', (osvers, release) => {
  expect(suse.release(osvers)).toBe(release);
});

const none = { netplan: false, networkManager: false, ifupdown: false, wicked: false };
const paths = (release: string, tools: Partial<typeof none>) =>
  suse.filling
    ?.networkFiles('sles', release, { name: 'eth1', onBoot: true }, { ...none, ...tools })
    .map(({ path }) => path.replace(/^etc\//, '').replace(/\/.*/, ''));

test.each([
  ['15.6', {}, ['sysconfig']],
  ['15.6', { wicked: true }, ['sysconfig']],
  ['15.6', { networkManager: true }, ['NetworkManager']],
  ['15.6', { wicked: true, networkManager: true }, ['sysconfig', 'NetworkManager']],
  ['16.0', {}, ['NetworkManager']],
  ['16.0', { networkManager: true }, ['NetworkManager']],
])('%s with %j: the files that what the image has reads', (release, tools, folders) => {
  expect(paths(release, tools)).toEqual(folders);
});

test('a card that the initrd set up is left alone, all others come up with DHCP (xCAT)', () => {
  const text = (onBoot: boolean) =>
    suse.filling?.networkFiles('sles', '15.6', { name: 'eth0', onBoot }, { ...none, wicked: true })[0];
  expect(text(false)).toEqual({
    path: 'etc/sysconfig/network/ifcfg-eth0',
    text: 'ONBOOT=no\nBOOTPROTO=dhcp\nSTARTMODE=auto\nDEVICE=eth0\n',
    mode: 0o644,
  });
  expect(text(true)?.text).toContain('ONBOOT=yes\n');
});

test('kernels follow krpmver; kernel alone is both of its packages (xCAT)', () => {
  const version = { kernelver: '6.4.0-150600.21-default', krpmver: '6.4.0-150600.21.1' };
  expect(suse.pinnedKernel('kernel-default', version)).toEqual(['kernel-default-6.4.0-150600.21.1']);
  expect(suse.pinnedKernel('kernel', version)).toEqual([
    'kernel-default-6.4.0-150600.21.1',
    'kernel-default-base-6.4.0-150600.21.1',
  ]);
  expect(suse.pinnedKernel('bash', version)).toBeUndefined();
});

test("of a medium's products only the server's counts where it is there, and all modules do", () => {
  const at = (...names: string[]) => names.map((name) => `/m/1/${name}`);
  const all = at('Module-Basesystem', 'Module-HPC', 'Product-SLED', 'Product-SLES');
  expect(suseMedia.choose(all)).toEqual(at('Module-Basesystem', 'Module-HPC', 'Product-SLES'));
  expect(suseMedia.choose(at('Module-Basesystem', 'Product-HPC'))).toEqual(
    at('Module-Basesystem', 'Product-HPC'),
  );
  expect(suseMedia.choose(['/leap/1'])).toEqual(['/leap/1']);
});

test('media without Basesystem are told by name; media that know no modules lack none', () => {
  expect(suseMedia.lacks(['/m/1/Product-SLES', '/m/1/Module-Legacy'])).toEqual([
    'There is no Module-Basesystem, which every image of SLE 15 needs: /m/1 has Product-SLES, Module-Legacy.',
  ]);
  expect(suseMedia.lacks(['/m/1/Product-SLES', '/m/2/Module-Basesystem'])).toEqual([]);
  expect(suseMedia.lacks(['/leap/1'])).toEqual([]);
});

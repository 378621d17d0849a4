import { expect, test } from 'vitest';
import { el } from '../../../src/family/el.ts';

test('only sections with an internet address are disabled', () => {
  const text = [
    '# header',
    '[baseos]',
    'name=Base',
    'mirrorlist=https://mirrors.example/$releasever',
    'enabled=1',
    '[local]',
    'baseurl=file:///media/dvd',
    'enabled=1',
    '[extras]',
    '#baseurl=http://old.example/',
    'metalink = https://mirrors.example/x',
    '',
  ].join('\n');
  expect(el.filling?.repositories.withInternetDisabled(text)).toBe(
    [
      '# header',
      '[baseos]',
      'enabled=0',
      'name=Base',
      'mirrorlist=https://mirrors.example/$releasever',
      '[local]',
      'baseurl=file:///media/dvd',
      'enabled=1',
      '[extras]',
      'enabled=0',
      '#baseurl=http://old.example/',
      'metalink = https://mirrors.example/x',
      '',
    ].join('\n'),
  );
});

test('modules exist from EL 8 on', () => {
  const platform = el.filling?.modulePlatform;
  expect(platform?.('rh', '7')).toBeUndefined();
  expect(platform?.('rocky', '8')).toBe('platform:el8');
  expect(platform?.('rh', '10')).toBe('platform:el10');
  expect(platform?.('fedora', '40')).toBe('platform:f40');
});

const noTools = { netplan: false, networkManager: false, ifupdown: false, wicked: false };
const ifcfg = 'etc/sysconfig/network-scripts/ifcfg-eth1';
const keyfile = 'etc/NetworkManager/system-connections/eth1.nmconnection';
const files = (folder: string, release: string, name = 'eth1', onBoot = true) =>
  el.filling?.networkFiles(folder, release, { name, onBoot }, noTools) ?? [];

test.each([
  ['rh', '6', [ifcfg]],
  ['centos', '7', [ifcfg]],
  ['rocky', '8', [ifcfg]],
  ['rocky', '9', [ifcfg, keyfile]],
  ['centos-stream', '9', [ifcfg, keyfile]],
  ['alma', '10', [keyfile]],
  ['rh', '11', [keyfile]],
  ['fedora', '32', [ifcfg]],
  ['fedora', '35', [ifcfg, keyfile]],
  ['fedora', '41', [keyfile]],
  ['fedora', 'rawhide', [keyfile]],
])('%s %s reads %j', (folder, release, paths) => {
  expect(files(folder, release).map(({ path }) => path)).toEqual(paths);
});

test('a keyfile is for root alone, and says what ONBOOT does', () => {
  const [up] = files('rh', '10');
  const [down] = files('rh', '10', 'eth0', false);
  expect(up).toMatchObject({ mode: 0o600 });
  expect(up?.text).toContain('\ninterface-name=eth1\n');
  expect(up?.text).toContain('\nautoconnect=true\n');
  expect(down?.text).toContain('\nautoconnect=false\n');
  expect(up?.text.match(/^method=auto$/gm)).toHaveLength(2);
  expect(files('rh', '10', 'ib0')[0]?.text).toContain('type=infiniband');
  expect(files('rh', '7', 'eth0', false)[0]?.text).toBe('ONBOOT=no\nBOOTPROTO=dhcp\nDEVICE=eth0\n');
});

test('where both are read they are one connection, another one for each card, the same in each build', () => {
  const ids = (name: string) => files('rh', '9', name).map(({ text }) => /^uuid=(.*)$/im.exec(text)?.[1]);
  const [first, second] = ids('eth1');
  expect(first).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/);
  expect(second).toBe(first);
  expect(ids('eth1')).toEqual([first, second]);
  expect(ids('eth2')[0]).not.toBe(first);
});

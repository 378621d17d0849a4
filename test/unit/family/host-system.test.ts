import { expect, test } from 'vitest';
import { hostSystemOf, packageHere } from '../../../src/family/host-system.ts';

test.each([
  ['rocky', ['rhel', 'centos', 'fedora'], 'dnf install'],
  ['debian', [], 'apt-get install'],
  ['linuxmint', ['ubuntu', 'debian'], 'apt-get install'],
  ['opensuse-leap', ['suse', 'opensuse'], 'zypper install'],
  ['slackware', [], undefined],
])('%s, made as %j, installs by %s', (id, like, install) => {
  expect(hostSystemOf({ id, like })?.install).toBe(install);
});

test('packages are named as the distribution names them', () => {
  expect(packageHere('util-linux (Debian: mount)', 'debian')).toBe('mount');
  expect(packageHere('util-linux (Debian: mount)', 'suse')).toBe('util-linux');
  expect(packageHere('cpio', 'debian')).toBe('cpio');
});

import { expect, it } from 'vitest';
import { hostOsvers } from '../../../../src/cli/definitions/def-host.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

it.each([
  ['ID="rocky"\nVERSION_ID="9.4"\n', 'rocky9.4'],
  ['ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n', 'debian12'],
  ['PLATFORM_ID="platform:el9"\nID="rhel"\nVERSION_ID="9.3"\n', 'rhels9.3'],
  ['NAME="CentOS Stream"\nID="centos"\nVERSION_ID="9"\n', 'centos-stream9'],
  ['NAME="CentOS Linux"\nID="centos"\nVERSION_ID="7"\n', 'centos7'],
  ["ID='opensuse-leap'\nVERSION_ID='15.5'\n", 'leap15.5'],
  ['ID=debian\n', 'debian'],
  ['NAME=x\n', undefined],
])('%j is %s', async (text, osvers) => {
  expect(await hostOsvers(await folder.file('os-release', text))).toBe(osvers);
});

it('a host without the file tells nothing', async () => {
  expect(await hostOsvers('/none')).toBeUndefined();
});

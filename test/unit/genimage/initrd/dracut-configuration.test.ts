import { expect, it } from 'vitest';
import {
  namedByConfiguration,
  readDracutConfiguration,
  wantsOneRun,
} from '../../../../src/genimage/initrd/dracut-configuration.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const setting = (text: string) => [{ path: 'etc/dracut.conf', text }];

it('reads all files of dracut in the image, in a fixed order', async () => {
  await folder.file('etc/dracut.conf', 'a');
  await folder.file('etc/dracut.conf.d/site.conf', 'b');
  await folder.file('usr/lib/dracut/dracut.conf.d/package.conf', 'c');
  const read = await readDracutConfiguration(folder.path);
  expect(read.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
});

it('finds the absolute paths that it names, and no part of a relative one', () => {
  const text = 'install_items+=" /opt/site/tool /etc/a.conf "\nx="${y}/no" rel/no\n';
  expect(namedByConfiguration(setting(text))).toEqual(['opt/site/tool', 'etc/a.conf']);
});

it.each([
  ['force_drivers+=" x "', true],
  ['  force_drivers = x', true],
  ['# force_drivers+=" x "', false],
  ['add_drivers+=" x "', false],
])('%s wants one run: %s', (text, expected) => {
  expect(wantsOneRun(setting(`a=b\n${text}\n`))).toBe(expected);
});

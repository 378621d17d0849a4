import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasSystemd, hasUnit } from '../../../../src/genimage/customise/systemd.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

it('is found where it is installed, merged /usr or not', async () => {
  expect(await hasSystemd(folder.path)).toBe(false);
  await folder.file('lib/systemd/systemd');
  await folder.file('lib/systemd/system/a.service');
  expect([
    await hasSystemd(folder.path),
    await hasUnit(folder.path, 'a.service'),
    await hasUnit(folder.path, 'b.service'),
  ]).toEqual([true, true, false]);
});

it('through a link into /usr too', async () => {
  await folder.file('usr/lib/systemd/systemd');
  await symlink('usr/lib', join(folder.path, 'lib'));
  expect(await hasSystemd(folder.path)).toBe(true);
});

import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { timezoneOverride } from '../../../../src/pack/customise/timezone.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
function set(timezone: string | undefined) {
  const warnings: string[] = [];
  const { override, kept } = withTree(folder.path, (tree) =>
    timezoneOverride(tree, timezone, (text) => warnings.push(text)),
  );
  return { target: override?.target, kept: [...kept], warnings };
}

it('links to the zone, and keeps it and the links on the way to it', async () => {
  await folder.file('usr/share/zoneinfo/Europe/Berlin');
  await symlink('Europe/Berlin', join(folder.path, 'usr/share/zoneinfo/CET'));
  expect(set('CET')).toEqual({
    target: '../usr/share/zoneinfo/CET',
    kept: ['usr/share/zoneinfo/CET', 'usr/share/zoneinfo/Europe/Berlin'],
    warnings: [],
  });
});

it('one that the image lacks is warned of and linked all the same; one that is no name is not', () => {
  expect(set('Mars/Base')).toMatchObject({ target: '../usr/share/zoneinfo/Mars/Base', kept: [] });
  for (const zone of ['../../etc/shadow', '/etc/x', 'a//b']) {
    expect(set(zone)).toMatchObject({ target: undefined, warnings: [expect.stringContaining(zone)] });
  }
  expect(set('')).toEqual({ target: undefined, kept: [], warnings: [] });
});

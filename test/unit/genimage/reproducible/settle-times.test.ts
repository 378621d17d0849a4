import { lstatSync, lutimesSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toBinary } from '../../../../src/base/bytes.ts';
import { clampTimes } from '../../../../src/genimage/reproducible/settle-times.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const epoch = 1_700_000_000;

test('files, folders and links have no later time; what is older, and what a link leads to, stays', async () => {
  const outside = await folder.file('outside', '');
  await folder.file('tree/usr/late', '');
  await folder.file('tree/usr/old', '');
  await folder.file('tree/usr/fraction', '');
  mkdirSync(join(folder.path, 'tree/empty'));
  symlinkSync('../../outside', join(folder.path, 'tree/usr/link'));
  utimesSync(outside, epoch + 50, epoch + 50);
  utimesSync(join(folder.path, 'tree/usr/old'), epoch - 50, epoch - 50);
  utimesSync(join(folder.path, 'tree/usr/fraction'), epoch + 0.5, epoch + 0.5);
  lutimesSync(join(folder.path, 'tree/usr/link'), epoch + 50, epoch + 50);
  withTree(toBinary(join(folder.path, 'tree')), (tree) => clampTimes(tree, epoch));
  const time = (path: string) => lstatSync(join(folder.path, path)).mtimeMs / 1000 - epoch;
  for (const path of [
    'tree',
    'tree/usr',
    'tree/usr/late',
    'tree/usr/fraction',
    'tree/empty',
    'tree/usr/link',
  ])
    expect(time(path), path).toBe(0);
  expect(time('tree/usr/old')).toBe(-50);
  expect(time('outside')).toBe(50);
});

import { expect, it } from 'vitest';
import {
  describeMark,
  markRollback,
  unfinishedRollback,
} from '../../../../src/pack/publish/rollback-mark.ts';
import { rollbackMarkName } from '../../../../src/plan/generation.ts';
import { manifestName } from '../../../../src/plan/manifest.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

it('a mark counts until somebody has built or packed since', async () => {
  expect(await unfinishedRollback(folder.path)).toBeUndefined();
  await folder.file(manifestName, 'one');
  await markRollback(folder.path, 3, [folder.path, '/tftp/xcat/osimage/i']);
  const mark = await unfinishedRollback(folder.path);
  expect(mark && describeMark(mark)).toBe('a rollback to generation 3');
  await folder.file(manifestName, 'two');
  expect(await unfinishedRollback(folder.path)).toBeUndefined();
});

it('without folders it was a pack', async () => {
  await markRollback(folder.path, 2, []);
  const mark = await unfinishedRollback(folder.path);
  expect(mark && describeMark(mark)).toBe('the publication of generation 2');
});

it('one that cannot be read, or names other folders, is refused', async () => {
  await folder.file(rollbackMarkName, '{');
  await expect(unfinishedRollback(folder.path)).rejects.toMatchObject({ code: 'rollback-mark' });
  for (const stranger of ['/etc', '/tftp/xcat/osimage/..', '/a/../xcat/osimage/i', 'xcat/osimage/i']) {
    await markRollback(folder.path, 2, [folder.path, stranger]);
    await expect(unfinishedRollback(folder.path)).rejects.toThrow('not a folder of boot files');
  }
});

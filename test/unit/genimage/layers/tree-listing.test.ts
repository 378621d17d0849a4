import { chmod, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { listTree } from '../../../../src/genimage/layers/tree-listing.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
beforeEach(async () => {
  await folder.file('tree/a', 'abc');
  await folder.file('tree/d/b', 'de');
  await symlink('a', at('tree/link'));
});

it('is the same for the same tree elsewhere, and counts the bytes of files', async () => {
  const before = listTree(at('tree'));
  expect(before.bytes).toBe(5);
  await rename(at('tree'), at('moved'));
  expect(listTree(at('moved'))).toEqual(before);
});

it.each<[string, () => Promise<unknown>]>([
  ['a name', () => rename(at('tree/a'), at('tree/c'))],
  ['a mode', () => chmod(at('tree/a'), 0o600)],
  ['a size', () => writeFile(at('tree/a'), 'abcd')],
  ['a time', () => utimes(at('tree/a'), 1, 1)],
  ['an empty folder', () => folder.folder('tree/new')],
  ['a link', () => rename(at('tree/link'), at('tree/link2'))],
])('%s makes another one', async (_, change) => {
  const before = listTree(at('tree'));
  await change();
  expect(listTree(at('tree')).digest).not.toBe(before.digest);
});

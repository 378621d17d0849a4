import { expect, it } from 'vitest';
import { folderOf, joined, nameOf } from '../../../../src/system/tree/path-parts.ts';

it.each([
  ['a', '.', 'a'],
  ['a/b', 'a', 'b'],
  ['a/b/c', 'a/b', 'c'],
])('%s lies in %s as %s', (path, folder, name) => {
  expect([folderOf(path), nameOf(path)]).toEqual([folder, name]);
  expect(joined(folder, name)).toBe(path);
});

it('an absolute path begins at the root', () => {
  expect(folderOf('/etc')).toBe('.');
});

import { expect, it } from 'vitest';
import { type MediumEntry, orderedEntries } from '../../../src/media/medium.ts';

const entry = (path: string, type: MediumEntry['type'] = 'file', size = 1): MediumEntry => ({
  path,
  type,
  size,
  mtime: 1,
});

it('puts folders before what is in them, missing ones too', () => {
  const ordered = orderedEntries([entry('b/c/d'), entry('b', 'folder', 0), entry('a')]);
  expect(ordered?.map(({ path, type }) => `${type} ${path}`)).toEqual([
    'file a',
    'folder b',
    'folder b/c',
    'file b/c/d',
  ]);
});

it.each([
  [[entry('../x')]],
  [[entry('a/../../x')]],
  [[entry('a//x')]],
  [[entry('a', 'link', 0), entry('a/passwd')]],
  [[entry('a', 'link', 0), entry('a', 'folder', 0)]],
])('refuses a medium that would write elsewhere: %j', (entries) => {
  expect(orderedEntries(entries)).toBeUndefined();
});

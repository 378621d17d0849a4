import { expect, it } from 'vitest';
import { subFolder } from '../../../src/resolve/sub-folder.ts';

it.each([
  ['bash', '.'],
  ['a/bash', 'a'],
  ['a/b/bash', 'a/b'],
  ['@a/b', '.'],
  ['/x/bash.rpm', '.'],
])('%s lies in %s', (name, folder) => {
  expect(subFolder({ name, origin: { file: 'l' } })).toBe(folder);
});

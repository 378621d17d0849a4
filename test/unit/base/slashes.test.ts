import { expect, it } from 'vitest';
import { withoutEndSlashes } from '../../../src/base/slashes.ts';

it.each([
  ['/a//', '/a'],
  ['/a/b', '/a/b'],
  ['///', ''],
  ['', ''],
])('%j is %j', (text, expected) => {
  expect(withoutEndSlashes(text)).toBe(expected);
});

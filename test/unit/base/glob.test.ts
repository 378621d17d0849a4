import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandPattern, hasWildcard } from '../../../src/base/glob.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();
const expand = async (pattern: string) =>
  (await expandPattern(`${folder.path}/${pattern}`)).map((path) => path.slice(folder.path.length + 1));

it('matches as a shell does', async () => {
  for (const name of ['ab', 'a.b', 'a+b', '.a', 'b]', 'sub/x1', 'sub/x2', 'tub/x1']) await folder.file(name);
  expect(await expand('a?b')).toEqual(['a+b', 'a.b']);
  expect(await expand('a.*')).toEqual(['a.b']);
  expect(await expand('.*')).toEqual(['.a']);
  expect(await expand('*ub/x[1-1]')).toEqual(['sub/x1', 'tub/x1']);
  expect(await expand('[^st]*')).toEqual(['a+b', 'a.b', 'ab', 'b]']);
  expect(await expand('*/none')).toEqual([]);
  expect(await expand('[z-a]')).toEqual([]);
  expect(await expand('b[]]')).toEqual(['b]']);
  expect(await expand('ab')).toEqual(['ab']);
});

it('a name is found by itself in which every wildcard is put in a set', async () => {
  // A set with ] or ^ first is another one: the names leave those out.
  const name = fc.stringMatching(/^[a-z*?.+$(){}|\\-]{1,12}$/).filter((one) => !/^\.{1,2}$/.test(one));
  await fc.assert(
    fc.asyncProperty(name, async (one) => {
      await folder.file(one);
      const pattern = one.replace(/[*?]/g, '[$&]');
      expect(await expandPattern(join(folder.path, pattern))).toEqual([join(folder.path, one)]);
    }),
    { numRuns: 60 },
  );
});

it.each([
  ['a*', true],
  ['a?', true],
  ['[a]', true],
  ['a]b', false],
  ['a{b,c}', false],
])('%s has a wildcard: %s', (path, expected) => {
  expect(hasWildcard(path)).toBe(expected);
});

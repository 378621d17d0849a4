import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patternTest } from '../../../../src/pack/select/fnmatch.ts';
import { type FolderScope, patternSet } from '../../../../src/pack/select/pattern-set.ts';

/** Paths of a small tree, parents before children. */
const paths = ['.', ...['a', 'ab', 'b', '.c'].flatMap((top) => [`./${top}`, ...inside(`./${top}`)])];

function inside(folder: string): string[] {
  return ['a', 'ab', 'b.c', 'x'].flatMap((name) => [
    `${folder}/${name}`,
    ...['a', 'cab', 'b.c'].map((leaf) => `${folder}/${name}/${leaf}`),
  ]);
}

/** Walks the paths as a tree walk does and gives those that match. */
function walk(patterns: string[]): { matched: string[]; unmatched: number[] } {
  const set = patternSet(patterns);
  const scopes = new Map<string, FolderScope>([['', set.outside]]);
  const matched = paths.filter((path) => {
    const cut = path.lastIndexOf('/');
    const name = path.slice(cut + 1);
    const scope = scopes.get(path.slice(0, Math.max(cut, 0)))!;
    scopes.set(path, set.enter(scope, path, name));
    return set.test(scope, path, name);
  });
  return { matched, unmatched: set.unmatched() };
}

function plain(patterns: string[]): { matched: string[]; unmatched: number[] } {
  const tests = patterns.map(patternTest);
  return {
    matched: paths.filter((path) => tests.some((test) => test(path))),
    unmatched: [...tests.keys()].filter((index) => !paths.some(tests[index]!)),
  };
}

test('many patterns at once select what each of them selects alone, and know which matched nothing', () => {
  const piece = fc.constantFrom('a', 'b', 'c', 'x', '.', '/', '*', '?', '[ab]', 'ab', './', 'b.c');
  const pattern = fc
    .tuple(fc.constantFrom('', './', './a', './a/', './ab/a', '*'), fc.array(piece, { maxLength: 4 }))
    .map(([head, pieces]) => head + pieces.join(''));
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 6 }), (patterns) => {
      expect(walk(patterns)).toEqual(plain(patterns));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [['*'], paths, []],
  [['./*'], paths.slice(1), []],
  [['./a/*'], inside('./a'), []],
  [['.*'], paths, []],
  [['/*'], [], [0]],
  [['a*', 'nothing', './nothing*', '*nothing', './a/?othing'], [], [0, 1, 2, 3, 4]],
  [['./a*', './a/ab', './a/ab/c*', '*/a/a/a', './?/x'], undefined, []],
])('%j', (patterns, matched, unmatched) => {
  const found = walk(patterns);
  if (matched !== undefined) expect(found.matched).toEqual(matched);
  expect(found.unmatched).toEqual(unmatched);
  expect(found).toEqual(plain(patterns));
});

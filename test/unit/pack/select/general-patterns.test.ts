import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Generals, generalPatterns } from '../../../../src/pack/select/general-patterns.ts';

/** A pattern that matches what contains its core (and, to differ from the search, has an even length). */
function patternsOf(cores: readonly string[]) {
  const tests = cores.map((core) => (path: string) => path.includes(core) && path.length % 2 === 0);
  return cores.map((core, index) => ({ index, core, test: tests[index] ?? (() => false) }));
}

/** Walks to a path as selecting does, and asks for its last name. */
function ask(generals: ReturnType<typeof generalPatterns>, path: string, found: boolean): boolean {
  const names = path.split('/');
  let scope: Generals = generals.outside;
  for (const name of names.slice(0, -1)) scope = generals.enter(scope, name);
  return generals.test(scope, path, names.at(-1) ?? '', found);
}

const letters = fc.constantFrom('a', 'b', '/');
const cores = fc.array(fc.string({ unit: letters, maxLength: 3 }), { maxLength: 6 });
const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => ['.', ...names].join('/'));

test('a path matches when any pattern does, and what matched is no longer unmatched', () => {
  fc.assert(
    fc.property(cores, fc.array(path, { minLength: 1, maxLength: 8 }), fc.boolean(), (list, paths, found) => {
      const patterns = patternsOf(list);
      const unmatched = new Set(patterns.keys());
      const generals = generalPatterns(patterns, unmatched);
      for (const one of paths) {
        expect(ask(generals, one, found)).toBe(found || patterns.some(({ test }) => test(one)));
      }
      const never = patterns.filter(({ test }) => !paths.some(test)).map(({ index }) => index);
      expect([...unmatched]).toEqual(never);
    }),
  );
});

test('a pattern is not tried where its core has not been seen', () => {
  const tried: string[] = [];
  const test = (one: string) => tried.push(one) > 0;
  const generals = generalPatterns([{ index: 0, core: 'log', test }], new Set([0]));
  ask(generals, './var/lib/x', false);
  ask(generals, './var/log/x', false);
  expect(tried).toEqual(['./var/log/x']);
});

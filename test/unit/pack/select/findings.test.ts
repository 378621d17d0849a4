import { expect, it } from 'vitest';
import { listed, unmatchedWarnings } from '../../../../src/pack/select/findings.ts';

it('names five at most, and how many more there are', () => {
  expect(listed(['a', 'b'])).toBe('a, b');
  expect(listed([...'abcde'])).toBe('a, b, c, d, e');
  expect(listed([...'abcdefg'])).toBe('a, b, c, d, e and 2 more');
  expect(listed(['a\n'])).toBe('a\\n');
});

it('a rule that matched nothing is told with its place', () => {
  const rule = { kind: 'exclude' as const, pattern: './x*', origin: { file: '/e', line: 3 } };
  expect(unmatchedWarnings([rule])).toEqual(["/e:3: the pattern './x*' matched nothing."]);
});

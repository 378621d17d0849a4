import { expect, it } from 'vitest';
import {
  listed,
  selectionWarnings,
  unmatchedShipped,
  unmatchedWarnings,
} from '../../../../src/pack/select/findings.ts';

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

it('rules of the lists that come with us are no warnings, but one line', () => {
  const rule = (file: string, line: number) =>
    ({ pattern: './x*', kind: 'exclude', origin: { file, line } }) as const;
  const ours = '/opt/rootimg/share/xcat/netboot/rocky/compute.exlist';
  const theirs = '/install/custom/netboot/rocky/compute.exlist';
  const selection = { unmatched: [rule(ours, 3), rule(ours, 4), rule(theirs, 1)], sockets: [], foreign: [] };
  expect(selectionWarnings(selection)).toEqual([`${theirs}:1: the pattern './x*' matched nothing.`]);
  expect(unmatchedShipped(selection)).toEqual({
    line: `2 patterns of ${ours} matched nothing (--verbose names them).`,
    details: [3, 4].map((line) => `${ours}:${line}: the pattern './x*' matched nothing.`),
  });
  expect(unmatchedShipped({ unmatched: [rule(theirs, 1)] })).toEqual({ details: [] });
});

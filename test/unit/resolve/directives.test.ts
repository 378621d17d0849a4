import fc from 'fast-check';
import { expect, it } from 'vitest';
import { almostDirective, includeDirective, substituteVariables } from '../../../src/resolve/directives.ts';

it.each([
  ['#INCLUDE:a.pkglist#', { path: 'a.pkglist', rest: '' }],
  ['#INCLUDE: a b #  # more ', { path: 'a b', rest: '# more' }],
  ['#INCLUDE:a', undefined],
  ['#INCLUDE:#', undefined],
  [' #INCLUDE:a#', undefined],
  ['#include:a#', undefined],
])('%s', (line, expected) => {
  expect(includeDirective(line)).toEqual(expected);
});

it('what looks like a directive and is none is told, an ordinary comment is not', () => {
  const almost = ['# INCLUDE:a', '#include : a#', '#ENV:A=1', '# env:', '#NEW_INSTALL_LIST', '#RECOMMENDS'];
  expect(almost.filter((line) => !almostDirective(line))).toEqual([]);
  const comments = ['# includes all', '# environment', '# recommends bash', '#', 'INCLUDE:a'];
  expect(comments.filter(almostDirective)).toEqual([]);
});

it('fills in variables in both forms, once, and leaves unknown ones', () => {
  const variables = { A: '$B', B: 'b', AB: 'ab' };
  expect(substituteVariables('$A/${B}/$AB/${AB}c/$NONE/${NONE}', variables)).toBe(
    '$B/b/ab/abc/$NONE/${NONE}',
  );
  expect(substituteVariables('$constructor', variables)).toBe('$constructor');
});

it('a text without $ is never changed, whatever the variables are', () => {
  const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('$'));
  fc.assert(fc.property(text, (one) => substituteVariables(one, { a: 'x' }) === one));
});

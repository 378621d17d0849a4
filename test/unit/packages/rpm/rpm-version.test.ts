import { expect, test } from 'vitest';
import { compareRpmSegments, compareRpmVersions } from '../../../../src/packages/rpm/rpm-version.ts';

/** a, b, order: the pairs that rpm documents for its own comparison. */
test.each([
  ['1.0', '1.0', 0],
  ['1.0', '2.0', -1],
  ['2.0.1', '2.0.1a', -1],
  ['5.5p1', '5.5p10', -1],
  ['10xyz', '10.1xyz', -1],
  ['xyz10', 'xyz10.1', -1],
  ['xyz.4', '8', -1],
  ['5.5p2', '5.6p1', -1],
  ['5.6p1', '6.5p1', -1],
  ['6.0.rc1', '6.0', 1],
  ['10b2', '10a1', 1],
  ['1.0aa', '1.0a', 1],
  ['10.0001', '10.1', 0],
  ['10.0001', '10.0039', -1],
  ['4.999.9', '5.0', -1],
  ['20101121', '20101122', -1],
  ['2_0', '2.0', 0],
  ['a+', 'a_', 0],
  ['+_', '_+', 0],
  ['1.0~rc1', '1.0', -1],
  ['1.0~rc1', '1.0~rc2', -1],
  ['1.0~rc1~git123', '1.0~rc1', -1],
  ['1.0^', '1.0', 1],
  ['1.0^git1', '1.0', 1],
  ['1.0^git1', '1.0^git2', -1],
  ['1.0^git1', '1.01', -1],
  ['1.0^20160101', '1.0.1', -1],
  ['1.0^20160101^git1', '1.0^20160102', -1],
  ['1.0~rc1^git1', '1.0~rc1', 1],
  ['1.0^git1~pre', '1.0^git1', -1],
  ['99999999999999999999998', '99999999999999999999999', -1],
])('%s against %s', (a, b, order) => {
  expect(Math.sign(compareRpmSegments(a, b))).toBe(order);
  expect(Math.sign(compareRpmSegments(b, a))).toBe(order === 0 ? 0 : -order);
});

test('kernel versions sort by version, then by release', () => {
  const kernels = [
    '4.18.0-553.el8.x86_64',
    '5.14.0-70.el9.x86_64',
    '5.14.0-70.22.1.el9.x86_64',
    '5.14.0-427.el9.x86_64',
    '6.1.0-9-amd64',
    '6.1.0-31-amd64',
  ];
  expect([...kernels].sort().at(-3)).toBe('5.14.0-70.el9.x86_64');
  expect([...kernels].sort().sort(compareRpmVersions)).toEqual(kernels);
});

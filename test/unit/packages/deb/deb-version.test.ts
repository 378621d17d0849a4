import { expect, test } from 'vitest';
import { compareDebVersions } from '../../../../src/packages/deb/deb-version.ts';

test.each([
  ['1.0', '1.0', 0],
  ['1.0', '1.0-0', 0],
  ['0:1.0', '1.0', 0],
  ['1:0.1', '2.0', 1],
  ['1.0~rc1', '1.0', -1],
  ['1.0~rc1~git', '1.0~rc1', -1],
  ['1.0', '1.0+b1', -1],
  ['1.0a', '1.0+', -1],
  ['1.0-1', '1.0-1.1', -1],
  ['1.0-1', '1.0-1+deb12u1', -1],
  ['1.0-1ubuntu2', '1.0-1ubuntu10', -1],
  ['1.2.3-1~bpo12+1', '1.2.3-1', -1],
  ['2.0-1', '1.9-9', 1],
  ['1.0-a-1', '1.0-1', 1],
  ['99999999999999999999998', '99999999999999999999999', -1],
  ['6.1.0-9-amd64', '6.1.0-31-amd64', -1],
])('%s against %s', (a, b, order) => {
  expect(Math.sign(compareDebVersions(a, b))).toBe(order);
  expect(Math.sign(compareDebVersions(b, a))).toBe(order === 0 ? 0 : -order);
});

import { expect, test } from 'vitest';
import { deviceNumbers } from '../../../../src/pack/members/mode.ts';

test('device numbers are split as Linux does', () => {
  expect(deviceNumbers(0x103)).toEqual({ major: 1, minor: 3 });
  // glibc: minor 0xfffff is 0xfff000ff, major 511 is 0x1ff00.
  expect(deviceNumbers(0xfff1ffff)).toEqual({ major: 511, minor: 0xfffff });
});

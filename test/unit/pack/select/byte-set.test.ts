import { expect, it } from 'vitest';
import { byteSet, everyByte, noByte } from '../../../../src/pack/select/byte-set.ts';

it('holds the bytes that were asked for, of all 256', () => {
  expect(byteSet(() => true)).toEqual(everyByte);
  expect(byteSet(() => false)).toEqual(noByte);
  const set = byteSet((code) => code > 253);
  expect([set.length, set[253], set[254], set[255]]).toEqual([256, 0, 1, 1]);
});

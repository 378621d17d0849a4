import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyTime, clampTime, isOutside, timesUpTo, unsigned32 } from '../../../../src/pack/formats/times.ts';

it('a time that is clamped is in the range, and one that was stays', () => {
  fc.assert(
    fc.property(fc.integer(), fc.option(fc.nat(), { nil: undefined }), (time, epoch) => {
      const range = timesUpTo(unsigned32, epoch);
      expect(isOutside(clampTime(time, range), range)).toBe(false);
      if (!isOutside(time, range)) expect(clampTime(time, range)).toBe(time);
    }),
  );
});

it('an epoch never makes the range longer', () => {
  expect(timesUpTo(unsigned32, 2 ** 40)).toEqual(unsigned32);
  expect(timesUpTo(anyTime, 5)).toEqual({ earliest: -Infinity, latest: 5 });
});

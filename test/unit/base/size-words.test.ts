import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sizeWords } from '../../../src/base/size-words.ts';

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [4_249_999, '4.2 MB'],
  [999_950_000, '1.0 GB'],
  [20 * 2 ** 30, '21.5 GB'],
])('%d is %s', (bytes, words) => expect(sizeWords(bytes)).toBe(words));

it('is short, and within a twentieth of what it is above a kilobyte', () => {
  const units = { kB: 1e3, MB: 1e6, GB: 1e9 };
  fc.assert(
    fc.property(fc.integer({ min: 20_000, max: 9e11 }), (bytes) => {
      const [number = '', unit = 'kB'] = sizeWords(bytes).split(' ');
      expect(Math.abs(Number(number) * units[unit as 'kB'] - bytes) / bytes).toBeLessThan(0.05);
      expect(number.length).toBeLessThan(6);
    }),
  );
});

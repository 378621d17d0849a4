import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration } from '../../../src/report/duration.ts';

it.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [99_940, '99.9 s'],
  [100_000, '1m40s'],
  [185_400, '3m05s'],
])('%i ms is %s', (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});

it('has no more than 7 characters for a day, and never 60 seconds', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 86_400_000, noNaN: true }), (milliseconds) => {
      const words = formatDuration(milliseconds);
      expect(words.length).toBeLessThanOrEqual(8);
      expect(words).not.toMatch(/m60s/);
    }),
  );
});

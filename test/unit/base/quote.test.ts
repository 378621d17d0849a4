import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quoteWord } from '../../../src/base/quote.ts';
import { amount } from '../../lib/amount.ts';

it('a shell reads every word back, however many on one line', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((one) => !one.includes('\0'));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
      const line = `printf '%s\\0' ${words.map(quoteWord).join(' ')}`;
      const read = execFileSync('sh', ['-c', line], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '' },
      });
      expect(read.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: amount(12, 40) },
  );
});

it.each(['/a/b', '-m', 'a=b', 'x:y,z'])('%s needs no quotation marks', (word) => {
  expect(quoteWord(word)).toBe(word);
});

it.each(['', '~', '=ls', '~root', 'a b', '*', '$x', "it's", 'a;b', '#x'])('%j needs them', (word) => {
  expect(quoteWord(word)).not.toBe(word);
});

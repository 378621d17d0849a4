import fc from 'fast-check';
import { expect, it } from 'vitest';
import { visibleText } from '../../../src/base/visible-text.ts';

it('nothing that a terminal obeys is left, and showing twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visibleText(text);
      expect(shown).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
      expect(visibleText(shown)).toBe(shown);
    }),
  );
});

it.each([
  ['a\tb', 'a\tb'],
  ['a\r\nb', 'a\\r\\nb'],
  ['\x1b[2J', '\\x1b[2J'],
  ['\u202e', '\\u{202e}'],
  ['\ud800', '\\u{d800}'],
  ['grüße 木 👍', 'grüße 木 👍'],
])('%j is shown as %s', (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

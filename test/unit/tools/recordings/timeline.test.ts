import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compressed, wrapped } from '../../../../tools/recordings/timeline.ts';

const lines = fc
  .array(fc.record({ at: fc.nat(100_000), text: fc.string({ unit: 'grapheme', maxLength: 300 }) }))
  .map((some) => some.toSorted((a, b) => a.at - b.at));

it('keeps the order, and makes no pause longer than it was or than a reader takes', () => {
  fc.assert(
    fc.property(lines, (some) => {
      const short = compressed(some);
      for (const [index, { at, text }] of short.entries()) {
        const pause = at - (short[index - 1]?.at ?? 0);
        expect(pause).toBeGreaterThan(0);
        expect(pause).toBeLessThanOrEqual(1201);
        expect(text).toBe(some[index]?.text);
      }
    }),
  );
});

it('breaks lines as a terminal does, and loses nothing', () => {
  const oneLine = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\n\r\u2028\u2029]/g, ''));
  fc.assert(
    fc.property(oneLine, fc.integer({ min: 1, max: 100 }), (text, columns) => {
      const parts = wrapped([{ at: 1, text }], columns);
      expect(parts.map((part) => part.text).join('')).toBe(text);
      expect(parts.length).toBeGreaterThan(0);
      for (const part of parts) expect([...part.text].length).toBeLessThanOrEqual(columns);
    }),
  );
});

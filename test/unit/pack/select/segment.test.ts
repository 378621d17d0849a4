import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteSet } from '../../../../src/pack/select/byte-set.ts';
import { literalSegment, setSegment } from '../../../../src/pack/select/segment.ts';

function setOf(chars: string): ByteSet {
  const set = new Uint8Array(256);
  for (const char of chars) set[char.charCodeAt(0)] = 1;
  return set;
}

/** Few letters, so that beginnings of matches overlap; lengths around the 32 places of a word. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 150 });
const place = fc.constantFrom('a', 'ab', 'abc', 'bc');
const places = fc.oneof(
  fc.array(place, { minLength: 1, maxLength: 4 }),
  fc.array(fc.constantFrom('ab', 'abc'), { minLength: 30, maxLength: 70 }),
);

test('a segment of sets is found where looking at each place finds it first', () => {
  fc.assert(
    fc.property(places, text, fc.nat(40), (sets, searched, from) => {
      const segment = setSegment(sets.map(setOf));
      const stands = (at: number) =>
        at + sets.length <= searched.length &&
        sets.every((set, index) => set.includes(searched.charAt(at + index)));
      const all = Array.from({ length: searched.length }, (_, at) => at);
      expect(segment.find(searched, from)).toBe(all.find((at) => at >= from && stands(at)) ?? -1);
      expect(all.map((at) => segment.standsAt(searched, at))).toEqual(all.map(stands));
    }),
  );
});

test('a segment of one byte each is the same as the text of those bytes', () => {
  const literals = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(literals, text, fc.nat(10), (literal, searched, from) => {
      const [one, other] = [literalSegment(literal), setSegment([...literal].map(setOf))];
      expect(one.find(searched, from)).toBe(other.find(searched, from));
      expect([one.length, one.standsAt(searched, from)]).toEqual([
        other.length,
        other.standsAt(searched, from),
      ]);
    }),
  );
});

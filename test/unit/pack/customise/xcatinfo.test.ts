import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newUuid, noUuid, uuidHash } from '../../../../src/pack/customise/xcatinfo.ts';

const of = (...pieces: string[]) => {
  const hash = uuidHash();
  for (const piece of pieces) hash.update(piece);
  return hash.uuid();
};

it('the same bytes give the same uuid, however they come, and other bytes another', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (a, b) => {
      expect(of(a, b)).toBe(of(a + b));
      expect(of(a, b)).not.toBe(of(a));
      expect(of(a)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }),
  );
});

it('the one that stands in for it is as long as a real one', () => {
  expect(noUuid).toHaveLength(newUuid().length);
});

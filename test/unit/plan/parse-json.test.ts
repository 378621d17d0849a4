import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../../src/plan/parse-json.ts';

it('gives back any JSON, and nothing for a text that is none', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
  for (const text of ['', '{', 'undefined', '{"a":1}x']) expect(parseJson(text)).toBeUndefined();
});

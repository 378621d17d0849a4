import { expect, it } from 'vitest';
import { withoutUnset } from '../../../src/base/without-unset.ts';

it('drops undefined alone', () => {
  const given = { a: undefined, b: null, c: '', d: 0, e: false };
  expect(Object.keys(withoutUnset(given))).toEqual(['b', 'c', 'd', 'e']);
});

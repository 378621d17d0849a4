import { expect, it } from 'vitest';
import { isSameImage } from '../../../src/plan/same-image.ts';

it.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['r-netboot-c', 'r-statelite-c', true],
  ['r-netboot-c', 'r-statelite-d', false],
  ['r-netboot-c', 'r-install-c', false],
])('%s and %s: %s', (a, b, same) => {
  expect(isSameImage(a, b)).toBe(same);
  expect(isSameImage(b, a)).toBe(same);
});

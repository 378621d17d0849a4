import { test } from 'vitest';

/**
 * How many rounds a campaign does: `short` within npm test, `long` under npm run test:attack and test:long.
 */
export function amount(short: number, long: number): number {
  return process.env['ROOTIMG_LONG'] === '1' ? long : short;
}

/** A test of the long form alone: one more case of a kind that npm test has another case of. */
export const testInLong = test.skipIf(amount(0, 1) === 0);

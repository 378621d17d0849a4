/**
 * How many rounds a campaign does: `short` within npm test, `long` under npm run test:attack and test:long.
 */
export function amount(short: number, long: number): number {
  return process.env['ROOTIMG_LONG'] === '1' ? long : short;
}

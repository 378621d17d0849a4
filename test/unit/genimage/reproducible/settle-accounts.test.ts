import { expect, test } from 'vitest';
import { withDaysUpTo } from '../../../../src/genimage/reproducible/settle-accounts.ts';

const epoch = 20_000 * 86_400 + 5;

test('a password set after the time was set on its day; all else stays', () => {
  const before = 'root:*:20786:0:99999:7:::\nold:!:19999::::::\nnever:x:0:0:::::\nnone:x::0:::::\n+::\n';
  const after = 'root:*:20000:0:99999:7:::\nold:!:19999::::::\nnever:x:0:0:::::\nnone:x::0:::::\n+::\n';
  expect(withDaysUpTo(before, epoch)).toBe(after);
});

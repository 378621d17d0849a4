import { expect, test } from 'vitest';
import { withValues } from '../../../../src/genimage/customise/sysconfig.ts';

test('a value takes the place of the one before; what else stands there stays', () => {
  const before = '# clock\nTIMEZONE="UTC"\nSYSTOHC="yes"\n';
  const after = withValues(before, { TIMEZONE: 'Europe/Berlin', HWCLOCK: '--localtime' });
  expect(after).toBe('# clock\nTIMEZONE="Europe/Berlin"\nSYSTOHC="yes"\nHWCLOCK="--localtime"\n');
  expect(withValues(after, { TIMEZONE: 'Europe/Berlin', HWCLOCK: '--localtime' })).toBe(after);
  expect(withValues('', { A: '1' })).toBe('A="1"\n');
});

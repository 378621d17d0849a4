import { expect, test } from 'vitest';
import { runsOf } from '../../../../src/packages/dnf/dnf-run.ts';

test('package files and groups never share a run', () => {
  expect(runsOf(['a', '@g'])).toEqual([['a', '@g']]);
  expect(runsOf(['a', '@g', '/x/b.rpm', '@m:1'])).toEqual([
    ['a', '/x/b.rpm'],
    ['@g', '@m:1'],
  ]);
});

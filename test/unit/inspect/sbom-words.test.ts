import { expect, test } from 'vitest';
import { isLicenseExpression } from '../../../src/inspect/sbom/license-words.ts';

test('what is an expression of SPDX and what are words of a package', () => {
  const good = ['MIT', 'GPL-2.0+', 'MIT AND (BSD-3-Clause OR Apache-2.0)', '((MIT))'];
  for (const words of good) expect([words, isLicenseExpression(words)]).toEqual([words, true]);
  const bad = [
    '',
    'GPLv2+ and BSD',
    'MIT AND',
    'MIT BSD-3-Clause',
    '(MIT',
    'MIT)',
    'and',
    'Public Domain',
    'MIT and ISC',
  ];
  for (const words of bad) expect([words, isLicenseExpression(words)]).toEqual([words, false]);
});

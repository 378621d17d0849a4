import { expect, test } from 'vitest';
import { readOriginLines } from '../../../../src/packages/dnf/dnf-origins.ts';

test('origins are found by the name that rpm gives a package', () => {
  const lines = 'a-0:1-1.noarch pkgdir-0\nb-2:1-1.x86_64 otherpkgdir-1\ngpg-pubkey-0:x-y.(none) \n';
  expect(readOriginLines(lines)).toEqual({ 'a-1-1.noarch': 'pkgdir-0', 'b-2:1-1.x86_64': 'otherpkgdir-1' });
});

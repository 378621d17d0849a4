import { expect, test } from 'vitest';
import { spellingsOf } from '../../../../src/packages/rpm/installed-names.ts';
import { runsOf } from '../../../../src/packages/dnf/dnf-run.ts';
import { mandatoryPackages } from '../../../../src/packages/dnf/dnf-groups.ts';
import { readOriginLines } from '../../../../src/packages/dnf/dnf-origins.ts';

test('package files and groups never share a run', () => {
  expect(runsOf(['a', '@g'])).toEqual([['a', '@g']]);
  expect(runsOf(['a', '@g', '/x/b.rpm', '@m:1'])).toEqual([
    ['a', '/x/b.rpm'],
    ['@g', '@m:1'],
  ]);
});

test('the packages that a group must bring', () => {
  const output = `Group: compute
 Description: a node
 Mandatory Packages:
   bash
   kernel
 Optional Packages:
   vim
`;
  expect(mandatoryPackages(output)).toEqual(['bash', 'kernel']);
  expect(mandatoryPackages('Group: empty\n')).toEqual([]);
});

test('origins are found by the name that rpm gives a package', () => {
  const lines = 'a-0:1-1.noarch pkgdir-0\nb-2:1-1.x86_64 otherpkgdir-1\ngpg-pubkey-0:x-y.(none) \n';
  expect(readOriginLines(lines)).toEqual({ 'a-1-1.noarch': 'pkgdir-0', 'b-2:1-1.x86_64': 'otherpkgdir-1' });
});

test('a package is known by each name that dnf takes', () => {
  const all = spellingsOf({ name: 'b', epoch: '1', version: '2', release: '3', arch: 'x' });
  expect(all).toEqual(
    expect.arrayContaining(['b', 'b.x', 'b-2', 'b-2.x', 'b-2-3', 'b-2-3.x', 'b-1:2', 'b-1:2-3', 'b-1:2-3.x']),
  );
});

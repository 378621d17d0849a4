import { expect, test } from 'vitest';
import { mandatoryPackages } from '../../../../src/packages/dnf/dnf-groups.ts';

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

import { expect, test } from 'vitest';
import { spellingsOf } from '../../../../src/packages/rpm/installed-names.ts';

test('a package is known by each name that dnf takes', () => {
  const all = spellingsOf({ name: 'b', epoch: '1', version: '2', release: '3', arch: 'x' });
  expect(all).toEqual(
    expect.arrayContaining(['b', 'b.x', 'b-2', 'b-2.x', 'b-2-3', 'b-2-3.x', 'b-1:2', 'b-1:2-3', 'b-1:2-3.x']),
  );
});

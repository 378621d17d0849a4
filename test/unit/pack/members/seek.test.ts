import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memberTable } from '../../../../src/pack/members/member-table.ts';
import { comparePaths } from '../../../../src/pack/members/path-order.ts';
import { placeOf, seek } from '../../../../src/pack/members/seek.ts';

const plain = { mode: 0o100644, uid: 0, gid: 0, size: 0, mtime: 0, major: 0, minor: 0, link: 0 };
const tableOf = (paths: readonly string[]) => {
  const members = memberTable();
  for (const path of paths) members.addAt(path, { ...plain, override: undefined });
  return members;
};

test('a folder, what lies in it, and its next sister stand in this order', () => {
  const members = tableOf(['.', 'a', 'a/b', 'a/c', 'a!', 'a-b']);
  expect(['.', 'a', 'a/b', 'a/c', 'a!', 'a-b'].map((path) => placeOf(members, path))).toEqual([
    ...[0, 1, 2, 3, 4, 5],
  ]);
  expect(['a/', 'a/bb', 'a"', 'z'].map((path) => [seek(members, path), placeOf(members, path)])).toEqual([
    [2, undefined],
    [3, undefined],
    [5, undefined],
    [6, undefined],
  ]);
  expect(placeOf(tableOf([]), '.')).toBeUndefined();
});

test('every path of any table is found, and no other', () => {
  const name = fc.stringMatching(/^[a!~0é]{1,3}$/);
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 30 }), path, (paths, other) => {
      const sorted = [...paths].sort(comparePaths);
      const members = tableOf(sorted);
      for (const [place, one] of sorted.entries()) expect(placeOf(members, one)).toBe(place);
      if (!paths.includes(other)) expect(placeOf(members, other)).toBeUndefined();
    }),
  );
});

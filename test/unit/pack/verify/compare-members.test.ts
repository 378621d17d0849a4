import { describe, expect, it } from 'vitest';
import { memberTable, type MemberValues } from '../../../../src/pack/members/member-table.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { compareMembers } from '../../../../src/pack/verify/compare-members.ts';

const values: MemberValues = {
  ...{ mode: fileType.regular | 0o644, uid: 1, gid: 2, size: 3, mtime: 4, major: 0, minor: 0, link: 0 },
  override: undefined,
};
const directory = { ...values, mode: fileType.folder | 0o755, size: 0 };

/** The root, and files `a` and `b`: names of one file where a link is given. */
function table(link = 0) {
  const members = memberTable();
  members.add('', '.', directory);
  members.add('.', 'a', { ...values, link });
  members.add('.', 'b', { ...values, link });
  return members;
}

const root = { path: '.', mode: directory.mode };
const read = (path: string, other: object = {}) => ({
  ...{ path, mode: values.mode, uid: 1, gid: 2, size: 3 },
  ...other,
});

/** Compares these one after the other, to the end. */
function compare(found: readonly { path: string; mode: number }[], link = 0, carrier?: 'first' | 'last') {
  const comparison = compareMembers(table(link), carrier);
  for (const one of found) comparison.next(one);
  comparison.end();
}

describe('compareMembers', () => {
  it('is content with what was written; what the reader cannot know is not compared', () => {
    compare([root, read('a'), read('b')]);
    compare([root, { path: 'a', mode: values.mode }, read('b', { uid: undefined })]);
  });

  it.each([
    ['a member less', [root, read('a')], 'b is missing'],
    ['a member more', [root, read('a'), read('b'), read('c')], 'c is one member too many'],
    ['another name', [root, read('A'), read('b')], 'it holds A in place of a'],
    [
      'another mode',
      [root, read('a', { mode: values.mode | 0o4000 }), read('b')],
      'a is not as it was written',
    ],
    ['another owner', [root, read('a', { uid: 0 }), read('b')], 'a is not as it was written'],
    ['another group', [root, read('a'), read('b', { gid: 0 })], 'b is not as it was written'],
    ['another size', [root, read('a', { size: 0 }), read('b')], 'a is not as it was written'],
  ])('finds %s', (_, found, difference) => {
    expect(() => compare(found)).toThrow(
      expect.objectContaining({ code: 'verify-failed', message: expect.stringContaining(difference) }),
    );
  });

  it.each([
    ['first', 3, 0],
    ['last', 0, 3],
    [undefined, 3, 3],
  ] as const)('of hard links the %s one has the bytes', (carrier, first, second) => {
    const found = (a: number, b: number) => [root, read('a', { size: a }), read('b', { size: b })];
    compare(found(first, second), 7, carrier);
    if (carrier !== undefined)
      expect(() => compare(found(second, first), 7, carrier)).toThrow(/not as it was/);
  });

  it('tells which comes next, for readers that have to know it', () => {
    const comparison = compareMembers(table(), undefined);
    expect(comparison.expected()?.path).toBe('.');
    for (const one of [root, read('a'), read('b')]) comparison.next(one);
    expect(comparison.expected()).toBeUndefined();
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folderAt, isSameInode, isSamePath } from '../../../../src/pack/layers/same-member.ts';
import { folderOf, memberTable, type MemberValues } from '../../../../src/pack/members/member-table.ts';

const plain: MemberValues = {
  ...{ mode: 0o100644, uid: 1, gid: 2, size: 3, mtime: 40, major: 5, minor: 6, link: 0 },
  ...{ dev: 7, ino: 8, ctime: 9.5, override: undefined },
};

function tableOf(paths: readonly string[]) {
  const table = memberTable();
  for (const path of paths) table.addAt(path, plain);
  return table;
}

it('knows members of two tables that have one path, whatever else is in them', () => {
  const names = fc.string({ unit: fc.constantFrom('a', 'b', '\xff', '\n'), minLength: 1, maxLength: 3 });
  const paths = fc.array(
    fc.tuple(fc.constantFrom('', 'usr/', 'usr/lib/'), names).map((parts) => parts.join('')),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(paths, paths, (old, now) => {
      const columns = [tableOf(['.', ...old]).columns, tableOf(['.', ...now]).columns] as const;
      for (const [was, oldPath] of ['.', ...old].entries()) {
        expect(folderAt(columns[0], was)).toBe(folderOf(oldPath));
        for (const [index, path] of ['.', ...now].entries()) {
          expect(isSamePath(columns[0], was, columns[1], index)).toBe(oldPath === path);
        }
      }
      expect(isSamePath(columns[0], old.length + 1, columns[1], 0)).toBe(false);
    }),
  );
});

it('takes an inode for another one as soon as anything that was written down of it differs', () => {
  const old = tableOf(['x']).columns;
  const others: [string, Partial<MemberValues>][] = [
    ...(['mode', 'uid', 'gid', 'size', 'mtime', 'major', 'minor', 'link', 'ino', 'ctime'] as const).map(
      (name): [string, Partial<MemberValues>] => [name, { [name]: 11 }],
    ),
    ['unknown time', { ctime: NaN }],
  ];
  for (const [what, other] of others) {
    const now = memberTable();
    now.addAt('x', { ...plain, ...other });
    expect([what, isSameInode(old, 0, now.columns, 0, 100)]).toEqual([what, false]);
  }
  // The numbers of devices may be others when a host has started anew.
  const moved = memberTable();
  moved.addAt('x', { ...plain, dev: 70, mtime: 50 });
  expect(isSameInode(old, 0, moved.columns, 0, 40)).toBe(true);
  expect(isSameInode(old, 0, moved.columns, 0, 60)).toBe(false);
});

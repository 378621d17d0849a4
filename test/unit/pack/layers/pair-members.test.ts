import { expect, it } from 'vitest';
import { pairMembers } from '../../../../src/pack/layers/pair-members.ts';
import { memberTable } from '../../../../src/pack/members/member-table.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';

const plain = { uid: 0, gid: 0, size: 0, mtime: 0, major: 0, minor: 0, link: 0, override: undefined };

/** Paths that end with a slash are folders. */
function tableOf(...paths: readonly string[]) {
  const members = memberTable();
  members.addAt('.', { ...plain, mode: fileType.folder });
  for (const path of paths) {
    const mode = path.endsWith('/') ? fileType.folder : fileType.regular;
    members.addAt(path.replace(/\/$/, ''), { ...plain, mode });
  }
  return members;
}

it('finds what stood at each path, in which folder it lies, and what has gone', () => {
  const old = tableOf('a/', 'a/b/', 'a/b/x', 'a/c', 'a.b', 'd/', 'd/e', 'z');
  const now = tableOf('a/', 'a/b/', 'a/b/y', 'a.b', 'd', 'f/', 'f/g');
  const { before, parents, gone } = pairMembers(old, now);
  expect([...before]).toEqual([0, 1, 2, -1, 5, 6, -1, -1]);
  expect([...parents]).toEqual([-1, 0, 1, 2, 0, 0, 0, 6]);
  // d is no folder any more: nothing of it is told of.
  expect(gone.map((one) => [old.pathAt(one.index), now.pathAt(one.parent), one.before])).toEqual([
    ['a/b/x', 'a/b', 3],
    ['a/c', 'a', 4],
    ['z', '.', 8],
  ]);
});

it('tells of nothing below what has gone itself', () => {
  const { gone } = pairMembers(tableOf('a/', 'a/b/', 'a/b/c', 'a/d'), tableOf());
  expect(gone).toEqual([{ index: 1, parent: 0, before: 1 }]);
});

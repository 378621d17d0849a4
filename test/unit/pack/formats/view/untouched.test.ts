import { expect, test } from 'vitest';
import { memberTable, type MemberValues } from '../../../../../src/pack/members/member-table.ts';
import { fileType } from '../../../../../src/pack/members/mode.ts';
import { untouchedFolders } from '../../../../../src/pack/formats/view/untouched.ts';

const paths = (folders: readonly { readonly path: string }[]) => folders.map(({ path }) => path);

const values = (mode: number, link = 0): MemberValues => ({
  ...{ mode, uid: 0, gid: 0, size: 0, mtime: 0, major: 0, minor: 0, link, override: undefined },
});
const folder = values(fileType.folder | 0o755);

function tree(folders: Record<string, number>, links: Record<string, number> = {}) {
  const members = memberTable();
  members.add('', '.', folder);
  for (const [path, files] of Object.entries(folders)) {
    const cut = path.lastIndexOf('/');
    members.add(cut === -1 ? '.' : path.slice(0, cut), path.slice(cut + 1), folder);
    for (let n = 0; n < files; n++)
      members.add(path, `f${n}`, values(fileType.regular, n === 0 ? links[path] : 0));
  }
  return members;
}

const touched =
  (...paths: string[]) =>
  (_: number, path: string) =>
    ['.', ...paths].includes(path);

test('the topmost large folders without a change, largest first; small ones and odd names stay in the overlay', () => {
  const members = tree({
    etc: 400,
    usr: 1,
    'usr/lib': 300,
    'usr/lib/x': 10,
    'usr/share': 500,
    var: 20,
    'w\xff': 400,
  });
  expect(paths(untouchedFolders(members, touched('etc', 'usr')))).toEqual(['usr/share', 'usr/lib']);
  expect(paths(untouchedFolders(members, touched('etc')))).toEqual(['usr']);
  expect(paths(untouchedFolders(members, touched('etc', 'usr', 'usr/lib', 'usr/lib/x')))).toEqual([
    'usr/share',
  ]);
});

test('a file with names in a mount and in the overlay keeps all of them in the overlay', () => {
  const members = tree({ a: 400, b: 400, c: 400, d: 5 }, { a: 1, b: 1, c: 2, d: 2 });
  expect(paths(untouchedFolders(members, touched()))).toEqual(['a', 'b']);
  const out = tree({ a: 400, d: 5 }, { a: 1, d: 1 });
  expect(paths(untouchedFolders(out, touched('d')))).toEqual([]);
});

test('a folder that goes back to the overlay takes those with it that share files with it', () => {
  const members = tree({ a: 400, 'a/x': 1, b: 500, c: 600, d: 5 }, { a: 1, b: 1, c: 2, 'a/x': 3, d: 3 });
  expect(paths(untouchedFolders(members, touched()))).toEqual(['c']);
});

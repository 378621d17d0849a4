import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readXattrs, readXattrsAhead } from '../../../../src/pack/members/xattrs.ts';
import { lookForXattrs, placesToAsk } from '../../../../src/pack/members/xattr-look.ts';
import { Scope } from '../../../../src/system/scope.ts';
import { openTree, type Tree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();
let root: Tree;
let scope: Scope;
const mark = (path: string, value: string) =>
  execFileSync('setfattr', ['-h', '-n', 'user.x', '-v', value, join(folder.path, path)]);
const markedFile = async (path: string, value: string) => {
  await folder.file(`tree/${path}`, '');
  mark(`tree/${path}`, value);
};

beforeEach(async () => {
  await folder.file('tree/a/plain', '');
  await markedFile('a-b', 'sorts after what is in a');
  await markedFile('a/marked', 'one');
  await markedFile('z/ü = \\\n', 'odd');
  mkdirSync(join(folder.path, 'tree/folder'));
  mark('tree/folder', 'of a folder');
  root = openTree(join(folder.path, 'tree'));
  scope = new Scope();
});
afterEach(async () => {
  await scope.close();
  root.close();
});

/** Nothing has changed for long. */
const longAgo = { since: Date.now() + 60_000 };

test('a look names what has attributes, and only that is asked for', async () => {
  const look = await lookForXattrs(root, scope);
  expect([...(look?.paths ?? [])].sort()).toEqual(['a-b', 'a/marked', 'folder', 'z/Ã¼ = \\\n'].sort());
  const { members } = await selectAll(root);
  const asked = placesToAsk(members, { paths: look?.paths ?? new Set(), ...longAgo });
  expect(asked.map((place) => members.pathAt(place))).toEqual(['a/marked', 'a-b', 'folder', 'z/Ã¼ = \\\n']);
});

test('the attributes after a look are those of asking for each member', async () => {
  const { members } = await selectAll(root);
  const each = await readXattrs(root, members);
  const some = await readXattrs(root, members, lookForXattrs(root, scope));
  const seen = { paths: (await lookForXattrs(root, scope))?.paths ?? new Set<string>(), ...longAgo };
  const ahead = readXattrsAhead(root, members, Promise.resolve(seen));
  let found = 0;
  for (let index = 0; index < members.length; index++) {
    await ahead.until?.(index);
    expect(some.at(index)).toEqual(each.at(index));
    expect(ahead.at(index)).toEqual(each.at(index));
    found += each.at(index).length;
  }
  expect(found).toBe(4);
});

test('what has changed since, or came in with a folder that has, and what is not of the tree is asked for', async () => {
  const input = { uid: 0, gid: 0, mode: 0o100644, path: 'b', content: Buffer.from('') };
  const { members } = await selectAll(root, [], [input]);
  const changed = new Map([
    ['a', 2000],
    ['z/Ã¼ = \\\n', 3000],
  ]);
  const stamped = { ...members, changedAt: (index: number) => changed.get(members.pathAt(index)) ?? 0 };
  const asked = placesToAsk(stamped, { paths: new Set(['folder', 'not/selected']), since: 1500 });
  expect(asked.map((place) => members.pathAt(place))).toEqual([
    ...['a', 'a/marked', 'a/plain', 'b', 'folder', 'z/Ã¼ = \\\n'],
  ]);
  expect(placesToAsk(stamped, { paths: new Set(), since: 0 })).toHaveLength(members.length);
});

test('a folder that was swapped for a link while the look went on gives nothing of the host', async () => {
  await folder.file('host/plain', '');
  mark('host/plain', 'of the host');
  const { members } = await selectAll(root);
  renameSync(join(folder.path, 'tree/a'), join(folder.path, 'tree/away'));
  symlinkSync(join(folder.path, 'host'), join(folder.path, 'tree/a'));
  const seen = Promise.resolve({ paths: new Set(['a/plain']), ...longAgo });
  await expect(readXattrs(root, members, seen)).rejects.toMatchObject({ code: 'file-changed' });
});

test('a scope knows of a look from the first moment on: whoever leaves it early leaves no program behind', async () => {
  const known = vi.spyOn(scope, 'defer');
  const looked = lookForXattrs(root, scope);
  expect(known).toHaveBeenCalledOnce();
  await scope.close();
  await looked;
});

test('no look where too many have attributes, or something cannot be reached by its path', async () => {
  const deep = 'cd "$1" && for n in $(seq 30); do mkdir $2 && cd $2 || exit 1; done && touch file';
  execFileSync('bash', ['-c', deep, 'deep', join(folder.path, 'tree/folder'), 'd'.repeat(200)]);
  expect(await lookForXattrs(root, scope)).toBeUndefined();
  execFileSync('rm', ['-r', join(folder.path, 'tree/folder')]);
  expect(await lookForXattrs(root, scope)).toBeDefined();
  for (let n = 0; n < 20; n++) {
    const names = Array.from({ length: 110 }, (_, m) => join(folder.path, 'tree', `${n}-${m}`));
    execFileSync('touch', names);
    execFileSync('setfattr', ['-n', 'user.x', '-v', '1', ...names]);
  }
  expect(await lookForXattrs(root, scope)).toBeUndefined();
});

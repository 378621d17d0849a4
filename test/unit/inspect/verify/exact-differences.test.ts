import { chmodSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toBinary } from '../../../../src/base/bytes.ts';
import { exactDifferences } from '../../../../src/inspect/verify/exact-differences.ts';
import { treeDifferences } from '../../../../src/inspect/verify/tree-differences.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const epoch = 1_700_000_000;

/** A tree in an image folder, all of one time. */
async function tree(name: string, files: Record<string, string>): Promise<string> {
  const root = join(folder.path, name, 'rootimg');
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) await folder.file(`${name}/rootimg/${path}`, content);
  settle(root, Object.keys(files));
  return root;
}

function settle(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    utimesSync(join(root, path), epoch, epoch);
    for (let up = join(path, '..'); up !== '.'; up = join(up, '..')) utimesSync(join(root, up), epoch, epoch);
  }
}

const compare = (a: string, b: string) =>
  withTree(toBinary(a), (one) => withTree(toBinary(b), (other) => exactDifferences(one, other)));

test('two trees that are the same have none, whatever xcatinfo packimage wrote into one', async () => {
  const one = await tree('one', { 'etc/a': 'a', 'usr/b': 'b', 'opt/xcat/xcatinfo': 'IMAGEUUID=1\n' });
  const other = await tree('other', { 'etc/a': 'a', 'usr/b': 'b' });
  expect(compare(one, other)).toEqual([]);
});

test('each kind of difference is told', async () => {
  const files = { 'etc/byte': '0123456789', 'etc/long': 'ab', 'etc/mode': '', 'etc/time': '' };
  const one = await tree('one', { ...files, 'etc/only-one': '' });
  const other = await tree('other', {
    ...files,
    'etc/byte': '01234x6789',
    'etc/long': 'abc',
    'etc/only-other': '',
  });
  chmodSync(join(other, 'etc/mode'), 0o600);
  symlinkSync('a', join(one, 'etc/link'));
  symlinkSync('b', join(other, 'etc/link'));
  settle(one, ['etc/only-one']);
  settle(other, ['etc/only-other', 'etc/mode']);
  utimesSync(join(other, 'etc/time'), epoch - 1, epoch - 1);
  const found = compare(one, other).map(({ path, what }) => `${path}: ${what}`);
  expect(found).toEqual([
    '/etc/byte: its content, from byte 5 on',
    '/etc/link: what it leads to',
    '/etc/long: its content, from byte 2 on',
    expect.stringMatching(/^\/etc\/mode: its mode, \d+644 and \d+600$/),
    '/etc/only-one: only what was published has it',
    '/etc/only-other: only what was built again has it',
    '/etc/time: its time alone, 2023-11-14T22:13:20.000Z and 2023-11-14T22:13:19.000Z',
  ]);
});

test('the first that is told is no time of a folder; what was changed by hand is named so', async () => {
  const one = await tree('one', { 'etc/motd': 'hello' });
  await tree('other', { 'etc/motd': 'hello' });
  await folder.file('one/rootimg/etc/motd', 'hello, world');
  const { first, count } = await treeDifferences(join(one, '..'), join(folder.path, 'other'), epoch);
  expect(first).toMatchObject({ path: '/etc/motd', what: 'its content, from byte 5 on' });
  expect(first?.cause).toMatch(/^The published tree was changed there after its build, at 20/);
  expect(count).toBe(1);
});

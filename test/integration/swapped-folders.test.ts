import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCapabilities } from '../../src/inspect/tree/capabilities.ts';
import { listTree } from '../../src/inspect/tree/tree-listing.ts';
import { findHoles } from '../../src/pack/formats/tar/find-holes.ts';
import { readXattrs } from '../../src/pack/members/xattrs.ts';
import { renewXcatinfo } from '../../src/pack/publish/publish.ts';
import { selectMembers } from '../../src/pack/select/select.ts';
import { openTree, type Tree } from '../../src/system/tree/open-tree.ts';

let base: string;
let root: Tree;
const host = () => join(base, 'host');
const inTree = (path: string) => join(base, 'tree', path);
const mark = (path: string, value: string) => execFileSync('setfattr', ['-n', 'user.x', '-v', value, path]);

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-swapped-'));
  for (const folder of [host(), inTree('home/data')]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'f'), '');
    truncateSync(join(folder, 'f'), 1024 * 1024);
  }
  mark(join(host(), 'f'), 'of the host');
  mark(inTree('home/data/f'), 'of the tree');
  root = openTree(inTree(''));
});
afterEach(() => {
  root.close();
  rmSync(base, { recursive: true });
});

const select = async () =>
  (
    await selectMembers({
      ...{ root, rules: [], overrides: new Map(), identity: [] },
      kept: new Set(),
      time: 0,
    })
  ).members;

function swap(path: string, target: string): void {
  renameSync(inTree(path), inTree(`${path}.away`));
  symlinkSync(target, inTree(path));
}

test('attributes and holes of a tree that nobody touches, in more folders than are open at once', async () => {
  for (let n = 0; n < 1200; n++) mkdirSync(inTree(`many/d${n}`), { recursive: true });
  writeFileSync(inTree('many/d999/f'), '');
  mark(inTree('many/d999/f'), 'far');
  mark(inTree('many/d0'), 'near');
  const members = await select();
  const xattrs = await readXattrs(root, members);
  const found = Array.from({ length: members.length }, (_, index) => [
    members.pathAt(index),
    ...xattrs.at(index).map(({ value }) => value),
  ]).filter((one) => one.length > 1);
  expect(found).toEqual([
    ['home/data/f', 'of the tree'],
    ['many/d0', 'near'],
    ['many/d999/f', 'far'],
  ]);
  expect((await findHoles(root, members)).files).toHaveLength(1);
  expect(readdirSync('/proc/self/fd').length).toBeLessThan(500);
});

test.each([
  ['a folder', 'home/data', () => host()],
  ['a folder above it', 'home', () => base],
])('%s that is swapped for a link gives no attribute and no map of the host', async (_, path, target) => {
  const members = await select();
  if (path === 'home') symlinkSync(host(), join(base, 'data'));
  swap(path, target());
  await expect(readXattrs(root, members)).rejects.toMatchObject({ code: 'file-changed' });
  await expect(findHoles(root, members)).rejects.toMatchObject({ code: 'file-changed' });
});

test('a file that is swapped for a link is none that was selected', async () => {
  const members = await select();
  swap('home/data/f', join(host(), 'f'));
  const xattrs = await readXattrs(root, members);
  for (let index = 0; index < members.length; index++) expect(xattrs.at(index)).toEqual([]);
  await expect(findHoles(root, members)).rejects.toMatchObject({ code: 'file-changed' });
});

test('xcatinfo is renewed inside the tree, wherever links there lead', async () => {
  symlinkSync(host(), inTree('opt'));
  mkdirSync(join(host(), 'xcat'));
  writeFileSync(join(host(), 'xcat/xcatinfo'), 'of the host');
  await renewXcatinfo(base, root, 'opt/xcat/xcatinfo', 'new').catch(() => {});
  expect(readFileSync(join(host(), 'xcat/xcatinfo'), 'utf8')).toBe('of the host');
  rmSync(inTree('opt'));
  await renewXcatinfo(base, root, 'opt/xcat/xcatinfo', 'new');
  expect(readFileSync(inTree('opt/xcat/xcatinfo'), 'utf8')).toBe('new');
  expect(lstatSync(inTree('opt/xcat/xcatinfo')).mode & 0o777).toBe(0o644);
  expect(readdirSync(base).filter((name) => name.includes('rootimg-tmp'))).toEqual([]);
});

test('capabilities are those of the tree, in many folders, whatever the names; never those of the host', async () => {
  const give = (path: string, what: string) => {
    writeFileSync(path, '');
    chmodSync(path, 0o755);
    execFileSync('setcap', [what, path]);
  };
  for (let n = 0; n < 450; n++) {
    mkdirSync(inTree(`many/d${n}`), { recursive: true });
    writeFileSync(inTree(`many/d${n}/run`), '', { mode: 0o755 });
  }
  give(inTree('many/d449/ü = \\\n'), 'cap_net_raw=ep');
  give(inTree('home/data/f'), 'cap_chown=ep');
  give(join(host(), 'f'), 'cap_sys_admin=ep');
  const listing = listTree(root, () => false);
  expect(await readCapabilities(root, listing)).toEqual(
    new Map([
      ['home/data/f', 'cap_chown=ep'],
      ['many/d449/ü = \\\n', 'cap_net_raw=ep'],
    ]),
  );
  swap('home/data', host());
  await expect(readCapabilities(root, listing)).rejects.toThrow(/ENOTDIR|ELOOP/);
});

import { linkSync, lstatSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  fewerStored,
  linkGroups,
  lookAt,
  namesIn,
  treeValues,
} from '../../../../src/pack/members/tree-entry.ts';
import { openTree, type Tree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
let tree: Tree;

beforeEach(async () => {
  for (const name of ['a', 'c', 'folder/x']) await folder.file(name, name);
  linkSync(join(folder.path, 'a'), join(folder.path, 'folder/b'));
  linkSync(join(folder.path, 'c'), join(folder.path, 'd'));
  symlinkSync('a', join(folder.path, 'link'));
  tree = openTree(folder.path);
});

const stats = (path: string) => lstatSync(join(folder.path, path));

describe('linkGroups', () => {
  it('numbers the files that have several names, each group alike', () => {
    const links = linkGroups(tree);
    const groups = ['a', 'folder/b', 'c', 'd', 'a'].map((path) => links.of(path, stats(path)));
    expect(groups).toEqual([1, 1, 2, 2, 1]);
  });

  it('gives no number to files of one name, folders and links', () => {
    const links = linkGroups(tree);
    expect(['folder/x', 'folder', 'link'].map((path) => links.of(path, stats(path)))).toEqual([0, 0, 0]);
  });

  it('numbers links of several names where they are asked for', () => {
    linkSync(join(folder.path, 'link'), join(folder.path, 'same'));
    for (const [symlinks, group] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const links = linkGroups(tree, { symlinks });
      expect(['link', 'same'].map((path) => links.of(path, stats(path)))).toEqual([group, group]);
    }
  });
});

describe('treeValues', () => {
  it.each([
    ['a', 1],
    ['link', 1],
    ['folder', 0],
  ])('the size of %s is %i: a folder has none in an archive', (path, size) => {
    expect(treeValues(path, stats(path), linkGroups(tree))).toMatchObject({ size, major: 0, minor: 0 });
  });
});

it('fewerStored tells of a file with a hole worth while, not of a small one', () => {
  const file = join(folder.path, 'a');
  truncateSync(file, 1 << 20);
  expect(fewerStored(stats('a'))).toBeLessThan(1 << 20);
  truncateSync(file, 40_000);
  expect(fewerStored(stats('a'))).toBeUndefined();
});

it('nothing at a path is no error, a folder that is none is', () => {
  expect(lookAt(tree, 'none')).toBeUndefined();
  expect(lookAt(tree, 'a/none')).toBeUndefined();
  expect(namesIn(tree, '.').sort()).toEqual(['a', 'c', 'd', 'folder', 'link']);
  expect(() => namesIn(tree, 'a')).toThrow(/^a in the image cannot be read: ENOTDIR/);
  expect(() => namesIn(tree, 'link')).toThrow(expect.objectContaining({ code: 'unreadable' }));
});

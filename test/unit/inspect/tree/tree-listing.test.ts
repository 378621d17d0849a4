import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { isFolder, isRegular, listTree, placesIn } from '../../../../src/inspect/tree/tree-listing.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();

beforeEach(async () => {
  await folder.file('usr/bin/sh', 'text', 0o755);
  await folder.folder('empty');
  await symlink('usr/bin', join(folder.path, 'bin'));
  await symlink('circle', join(folder.path, 'circle'));
});

const list = (skip: (path: string) => boolean = () => false) =>
  withTree(folder.path, (tree) => listTree(tree, skip));

describe('listTree', () => {
  it('has all but the root, folders before what is in them', () => {
    expect([...list().keys()]).toEqual(['bin', 'circle', 'empty', 'usr', 'usr/bin', 'usr/bin/sh']);
  });

  it('says of each what it is', () => {
    const found = list();
    expect(found.get('usr/bin/sh')).toMatchObject({ mode: 0o100755, size: 4 });
    expect(found.get('bin')).toMatchObject({ target: 'usr/bin', size: 0 });
    expect(found.get('empty')).toMatchObject({ empty: true });
    expect(found.get('usr')).not.toHaveProperty('empty');
    const kinds = [...found.values()].map((entry) => [isFolder(entry), isRegular(entry)]);
    expect(kinds.filter(([isDirectory]) => isDirectory)).toHaveLength(3);
    expect(kinds.filter(([, isFile]) => isFile)).toHaveLength(1);
  });

  it('leaves out what is to be skipped, with all that is in it', () => {
    expect([...list((path) => path === 'usr').keys()]).toEqual(['bin', 'circle', 'empty']);
  });
});

it.each([
  ['bin/sh', 'usr/bin/sh'],
  ['bin', 'bin'],
  ['usr/bin/new', 'usr/bin/new'],
  ['circle/x', 'circle/x'],
  ['empty/x', 'empty/x'],
])('%s lies at %s', (path, place) => {
  const where = placesIn(list());
  expect([where(path), where(path)]).toEqual([place, place]);
});

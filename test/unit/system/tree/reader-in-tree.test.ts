import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { listTree, placesIn } from '../../../../src/inspect/tree/tree-listing.ts';
import { type Tree, withTree } from '../../../../src/system/tree/open-tree.ts';
import { readerInTree, readInTree } from '../../../../src/system/tree/tree-files.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const limit = 5;

beforeEach(async () => {
  for (const [path, text] of Object.entries({
    'a/b/file': 'text',
    'a/file': 'other',
    file: 'longer than limit',
  }))
    await folder.file(path, text);
  const links = {
    ...{ 'a/link': 'b', link: '/a/link', 'a/b/link': '../file', 'a/b/up': '../..', circle: 'circle' },
    ...{ 'a/b/gone': 'nowhere', out: '../../../../../../../etc' },
  };
  for (const [path, target] of Object.entries(links)) await symlink(target, join(folder.path, path));
});

const part = fc.constantFrom('a', 'b', 'file', 'link', 'up', 'circle', 'gone', 'out', 'passwd');
const paths = fc.array(
  fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
  {
    minLength: 1,
    maxLength: 30,
  },
);

function outcome(read: () => Buffer | undefined): string | undefined {
  try {
    return read()?.toString();
  } catch (error) {
    return `${(error as { code?: string }).code}: ${(error as Error).message}`;
  }
}

const property = (holds: (tree: Tree, asked: readonly string[]) => void) =>
  fc.assert(fc.property(paths, (asked) => withTree(folder.path, (tree) => holds(tree, asked))));

it('many files are read as each alone is, in whatever order and through whatever links', () => {
  property((tree, asked) => {
    const reader = readerInTree(tree, limit);
    for (const path of asked)
      expect(outcome(() => reader(path))).toBe(outcome(() => readInTree(tree, path, limit)));
  });
});

it('where paths lie in a listed tree does not depend on what was asked before', () => {
  property((tree, asked) => {
    const listing = listTree(tree, () => false);
    const place = placesIn(listing);
    for (const path of asked) expect(place(path)).toBe(placesIn(listing)(path));
  });
});

it('a path below the root has its place there, however it is written', () => {
  withTree(folder.path, (tree) => {
    const listing = listTree(tree, () => false);
    for (const path of ['/file', './file', 'file']) expect(placesIn(listing)(path)).toBe('file');
  });
});

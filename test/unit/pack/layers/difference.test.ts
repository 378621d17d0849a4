import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from '../../../../src/pack/layers/difference.ts';
import type { KnownMembers } from '../../../../src/pack/layers/known-members.ts';
import { comparePaths } from '../../../../src/pack/members/path-order.ts';
import { fileType } from '../../../../src/pack/members/mode.ts';
import { amount } from '../../../lib/amount.ts';
import { comparable, lay, modelTree, viewOf } from './model.ts';

const none: ReadonlySet<string> = new Set();
const isMark = ({ mode }: { mode: number }) => mode === fileType.character;
const pathsOf = ({ members }: { members: KnownMembers['members'] }) => [...members].map(({ path }) => path);

function treeWith(folders: readonly string[], files: readonly string[]) {
  const tree = modelTree();
  for (const path of folders) tree.make(path, fileType.folder);
  for (const path of files) tree.make(path, fileType.regular);
  return tree;
}

describe('difference', () => {
  it('is the root alone where nothing has changed', () => {
    const tree = treeWith(['etc'], ['etc/hosts']);
    const layer = difference(tree.select(none), tree.select(none));
    expect(pathsOf(layer)).toEqual(['.']);
  });

  it('has what is other with the folders on the way to it', () => {
    const tree = treeWith(['etc', 'usr', 'usr/bin'], ['etc/hosts', 'usr/bin/a', 'usr/bin/b']);
    const old = tree.select(none);
    tree.edit('usr/bin/b');
    expect(pathsOf(difference(old, tree.select(none)))).toEqual(['.', 'usr', 'usr/bin', 'usr/bin/b']);
  });

  it('has a whiteout for the topmost of what is gone, in its place', () => {
    const tree = treeWith(['a', 'a/b', 'a/c'], ['a/b/x', 'a/c/y', 'a/z']);
    const old = tree.select(none);
    tree.remove('a/b');
    const { members } = difference(old, tree.select(none));
    expect([...members].map((one) => [one.path, isMark(one)])).toEqual([
      ['.', false],
      ['a', false],
      ['a/b', true],
    ]);
  });

  it('makes a folder opaque that keeps nothing, and one that was none', () => {
    const tree = treeWith(['a'], ['a/x', 'a/y', 'b']);
    const old = tree.select(none);
    tree.edit('a/x');
    tree.remove('a/y');
    tree.make('b', fileType.folder);
    const layer = difference(old, tree.select(none));
    expect(pathsOf(layer)).toEqual(['.', 'a', 'a/x', 'b']);
    expect([...layer.opaque]).toEqual([1, 3]);
  });

  it('has all names of a file of which one is left out now, and what it was not sure of', () => {
    const tree = treeWith([], ['a']);
    tree.link('a', 'b');
    tree.link('a', 'c');
    const old = tree.select(none);
    expect(pathsOf(difference(old, tree.select(new Set(['b']))))).toEqual(['.', 'a', 'b', 'c']);
    const unsure = treeWith([], ['x']);
    const known = unsure.select(none);
    const members = known.members;
    const { path, ...values } = members.at(1);
    members.truncate(1);
    members.addAt(path, { ...values, ctime: NaN });
    expect(pathsOf(difference(known, unsure.select(none)))).toEqual(['.', 'x']);
  });

  it('refuses what would itself be taken for a whiteout', () => {
    const tree = treeWith(['a'], []);
    const old = tree.select(none);
    const now = tree.select(none);
    now.members.addAt('b', { ...now.members.at(1), mode: fileType.character | 0o600, minor: 0 });
    expect(() => difference(old, now)).toThrow(/^b in the image is a device 0, 0/);
  });

  it('laid over the packs before shows what one whole pack would', () => {
    fc.assert(
      fc.property(fc.array(fc.array(editOf, { maxLength: 8 }), { maxLength: 8 }), (packs) => {
        const tree = treeWith(['a', 'a/b'], ['a/b/c', 'c', 'a/c']);
        let known = tree.select(none);
        let seen = viewOf(known, 'base');
        let leftOut: ReadonlySet<string> = none;
        for (const [number, edits] of packs.entries()) {
          for (const edit of edits) {
            if (edit.do === 'leave out') leftOut = new Set([edit.path, edit.other]);
            else act(tree, edit);
          }
          const now = tree.select(leftOut);
          const layer = difference(known, now);
          expect(pathsOf(layer)).toEqual(pathsOf(layer).sort(comparePaths));
          seen = lay(seen, layer, `layer ${number}`);
          expect(comparable(seen)).toEqual(comparable(viewOf(now, 'whole')));
          known = now;
        }
      }),
      { numRuns: amount(300, 20_000) },
    );
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'a.b');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const editOf = fc.record({
  do: fc.constantFrom('folder', 'file', 'link', 'symlink', 'edit', 'remove', 'move', 'leave out'),
  path,
  other: path,
});

function act(tree: ReturnType<typeof modelTree>, edit: { do: string; path: string; other: string }): void {
  if (edit.do === 'folder') tree.make(edit.path, fileType.folder);
  else if (edit.do === 'file') tree.make(edit.path, fileType.regular);
  else if (edit.do === 'symlink') tree.make(edit.path, fileType.symlink);
  else if (edit.do === 'edit') tree.edit(edit.path);
  else if (edit.do === 'remove') tree.remove(edit.path);
  else if (edit.do === 'link') tree.link(edit.path, edit.other);
  else tree.move(edit.path, edit.other);
}

import { chmod, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareFiles } from '../../../../src/inspect/diff/compare-files.ts';
import { listTree } from '../../../../src/inspect/tree/tree-listing.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const itself = `${process.getuid?.()}:${process.getgid?.()}`;

/** A tree with these files; one that begins with `->` is a link, `/` a folder. Each of `owners` a package. */
async function side(name: string, files: Readonly<Record<string, string>>, owners?: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    if (text === '/') await folder.folder(`${name}/${path}`);
    else if (text.startsWith('->')) {
      await folder.folder(`${name}/${path}/..`);
      await symlink(text.slice(2), join(folder.path, name, path));
    } else await folder.file(`${name}/${path}`, text);
  }
  return { files, tree: await folder.folder(name), owners };
}

async function compare(
  from: Readonly<Record<string, string>>,
  to: Readonly<Record<string, string>>,
  owners?: readonly [Record<string, string>, Record<string, string>],
  change: (path: (name: string) => string) => Promise<void> = () => Promise.resolve(),
) {
  const sides = [await side('a', from, owners?.[0]), await side('b', to, owners?.[1])];
  await change((name) => join(folder.path, name));
  const [before, after] = sides.map(({ tree, owners: known }) => {
    const open = openTree(tree);
    const listing = listTree(open, () => false);
    const gone = new Map(Object.entries(known ?? {}));
    for (const [path, entry] of listing) {
      entry.owner = gone.get(path);
      gone.delete(path);
    }
    return { tree: open, listing, ownersOfGone: known === undefined ? undefined : gone };
  });
  if (before === undefined || after === undefined) throw new Error('no sides');
  return compareFiles(before, after);
}

describe('files below etc', () => {
  it('are shown with their text', async () => {
    const { configuration } = await compare({ 'etc/a.conf': 'one\ntwo\n' }, { 'etc/a.conf': 'one\n2\n' });
    expect(configuration).toEqual([
      {
        ...{ name: '/etc/a.conf', from: `0644 ${itself}, 8 bytes`, to: `0644 ${itself}, 6 bytes` },
        text: '--- /etc/a.conf\n+++ /etc/a.conf\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n',
      },
    ]);
  });

  it('that came or went are shown as such', async () => {
    const { configuration } = await compare({ 'etc/old': 'x\n' }, { 'etc/new': 'y\n' });
    expect(configuration.map(({ name, from, to }) => [name, from !== undefined, to !== undefined])).toEqual([
      ['/etc/new', false, true],
      ['/etc/old', true, false],
    ]);
    expect(configuration[0]?.text).toContain('--- /dev/null\n+++ /etc/new\n');
  });

  it.each([
    ['only some may read', (path: string) => chmod(path, 0o640), 'secret'],
    ['are no text', () => Promise.resolve(), 'a\0b'],
  ])('that %s are not shown', async (_, change, text) => {
    const { configuration } = await compare({ 'etc/a': 'x' }, { 'etc/a': text }, undefined, (path) =>
      change(path('b/etc/a')),
    );
    expect(configuration).toHaveLength(1);
    expect(configuration[0]).not.toHaveProperty('text');
  });

  it('that differ in mode, kind or target alone are told', async () => {
    const { configuration } = await compare(
      { 'etc/mode': 'x', 'etc/kind': 'x', 'etc/link': '->a', 'etc/empty': '/' },
      { 'etc/mode': 'x', 'etc/kind': '/', 'etc/link': '->b' },
      undefined,
      (path) => chmod(path('b/etc/mode'), 0o600),
    );
    expect(configuration.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['/etc/empty', `folder 0755 ${itself}`, undefined],
      ['/etc/kind', `0644 ${itself}, 1 bytes`, `folder 0755 ${itself}`],
      ['/etc/link', 'link to a', 'link to b'],
      ['/etc/mode', `0644 ${itself}, 1 bytes`, `0600 ${itself}, 1 bytes`],
    ]);
  });

  it('links that say which units are enabled are not among them', async () => {
    const unit = 'etc/systemd/system/multi-user.target.wants/a.service';
    expect((await compare({}, { [unit]: '->/x' })).configuration).toEqual([]);
  });
});

describe('other files', () => {
  it('are compared only where it is known whose they are', async () => {
    const found = await compare({ 'usr/a': 'x' }, { 'usr/a': 'y' });
    expect(found).toEqual({ configuration: [], unowned: [], packaged: [] });
  });

  it('of no package are told, with other content of the same size too', async () => {
    const { unowned } = await compare({ 'usr/a': 'x', 'usr/b': 'x' }, { 'usr/a': 'y', 'usr/b': 'x' }, [
      {},
      {},
    ]);
    expect(unowned).toEqual([
      { name: '/usr/a', from: `0644 ${itself}, 1 bytes`, to: `0644 ${itself}, 1 bytes, other content` },
    ]);
  });

  it('of another package, or version, are the business of that package', async () => {
    const owners = [{ 'usr/a': 'p-1' }, { 'usr/a': 'p-2', 'usr/new': 'q-1' }] as const;
    const found = await compare({ 'usr/a': 'x' }, { 'usr/a': 'y', 'usr/new': 'y' }, [...owners]);
    expect([found.unowned, found.packaged]).toEqual([[], []]);
  });

  it('of the same package that are other ones are told, unless they have the time that it gave them', async () => {
    const owners = [
      { 'usr/a': 'p-1', 'usr/b': 'p-1' },
      { 'usr/a': 'p-1', 'usr/b': 'p-1' },
    ] as const;
    const { packaged } = await compare(
      { 'usr/a': 'x', 'usr/b': 'x' },
      { 'usr/a': 'y', 'usr/b': 'y' },
      [...owners],
      async (path) => {
        for (const name of ['a/usr/a', 'b/usr/a', 'a/usr/b']) await utimes(path(name), 5, 5);
        await utimes(path('b/usr/b'), 6, 6);
      },
    );
    expect(packaged.map(({ name }) => name)).toEqual(['/usr/b']);
  });
});

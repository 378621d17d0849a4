import { describe, expect, it } from 'vitest';
import {
  checkDpkgDatabase,
  digestsIn,
  pathsOf,
  readDiversions,
  readPackages,
  recordsIn,
  statusFiles,
} from '../../../../src/packages/deb/dpkg-database.ts';
import type { DebPackage } from '../../../../src/packages/deb/deb-status.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const at = (name: string) => `var/lib/dpkg/${name}`;
const part = (name: string, version = '1') =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await folder.file(at(name), text);
}

const one: DebPackage = {
  ...{ name: 'a', version: '1', arch: 'amd64', bytes: 0, finished: true, state: 'installed', text: '' },
  conffiles: [{ path: '/etc/a', md5: 'c'.repeat(32) }],
};

describe('the database', () => {
  it('is status, what dpkg has not yet written into it, and files of images without dpkg, in this order', async () => {
    await put({
      ...{ status: part('a'), 'updates/0002': part('a', '3'), 'updates/0001': part('a', '2') },
      ...{ 'updates/tmp.i': part('a', '9'), 'status.d/b': part('b'), 'status.d/b.md5sums': 'x' },
    });
    const found = withTree(folder.path, readPackages);
    expect(found.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(['a 3', 'b 1']);
    expect(withTree(folder.path, statusFiles).map((name) => name.replace('var/lib/dpkg/', ''))).toEqual([
      ...['status', 'updates/0001', 'updates/0002', 'status.d/b'],
    ]);
  });

  it('is empty in a tree without one', () => {
    expect(withTree(folder.path, readPackages)).toEqual([]);
    withTree(folder.path, checkDpkgDatabase);
  });

  it('lists of a package that may be there for several architectures carry it in their names', async () => {
    await put({ 'info/a:amd64.list': '/x\n', 'info/a.list': '/other\n', 'info/a.md5sums': 'sums\n' });
    withTree(folder.path, (tree) => {
      const records = recordsIn(tree);
      expect([records.list(one), records.md5sums(one)]).toEqual(['/x\n', 'sums\n']);
    });
  });

  it('a file of it that is a folder is named', async () => {
    await folder.folder(at('status'));
    expect(() => withTree(folder.path, checkDpkgDatabase)).toThrow(
      expect.objectContaining({ code: 'tree-file' }),
    );
  });
});

it('digests and paths are absolute, however they are written', async () => {
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
  const sums = `${a}  usr/bin/x y\n${b} *./usr/bin/z\nnot a sum  usr/bin/w\n`;
  expect(digestsIn(one, sums).map(({ path }) => path)).toEqual(['/usr/bin/x y', '/usr/bin/z', '/etc/a']);
  await put({ 'info/a.md5sums': sums });
  expect(withTree(folder.path, (tree) => pathsOf(recordsIn(tree), one))).toHaveLength(3);
  await put({ 'info/a.list': '/.\n/usr\n/usr/bin\n' });
  expect(withTree(folder.path, (tree) => pathsOf(recordsIn(tree), one))).toEqual(['/usr', '/usr/bin']);
});

it('diversions are three lines each; a last one that is cut off is none', async () => {
  await put({ diversions: '/bin/sh\n/bin/sh.distrib\ndash\n/etc/x\n/etc/x.site\n:\n/etc/y\n' });
  expect(withTree(folder.path, readDiversions)).toEqual([
    { from: '/bin/sh', to: '/bin/sh.distrib', by: 'dash' },
    { from: '/etc/x', to: '/etc/x.site', by: undefined },
  ]);
});

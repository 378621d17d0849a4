import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { refuseLostFiles } from '../../../../src/pack/select/lost-files.ts';
import { openTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';
import { selectAll } from '../../../lib/selection.ts';

const folder = useFolder();
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A Debian tree whose package gives each of these files this content, and has them with another. */
async function judge(given: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>) {
  const sums = Object.entries(given).map(([path, text]) => `${md5(text)}  ${path}\n`);
  const status = 'Package: a\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n';
  await folder.file('var/lib/dpkg/status', status);
  await folder.file(
    'var/lib/dpkg/info/a.list',
    Object.keys(given)
      .map((path) => `/${path}\n`)
      .join(''),
  );
  await folder.file('var/lib/dpkg/info/a.md5sums', sums.join(''));
  for (const [path, text] of Object.entries(found)) await folder.file(path, text);
  await symlink('usr/bin', join(folder.path, 'bin'));
  const root = openTree(folder.path);
  return refuseLostFiles(root, folder.path, (await selectAll(root)).members, 'compute');
}

function files(names: readonly string[], text: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, text]));
}

const six = ['a', 'b', 'c', 'd', 'e', 'f'];
const inUsr = six.map((name) => `usr/bin/${name}`);

it('a handful of files may be empty: scripts empty some', async () => {
  expect(await judge(files(inUsr, 'x'), files(inUsr.slice(1), ''))).toBeUndefined();
});

it('one more is refused, with the first names and two ways out', async () => {
  await expect(judge(files(inUsr, 'x'), files(inUsr, ''))).rejects.toMatchObject({
    code: 'files-lost',
    message: expect.stringMatching(/^6 files /),
    details: inUsr.slice(0, 5).map((name) => `  /${name}`),
    hint: expect.stringMatching(/genimage --fresh compute.*--force/),
  });
});

it('so are files that the package names by a folder that is a link today', async () => {
  const named = six.map((name) => `bin/${name}`);
  await expect(judge(files(named, 'x'), files(inUsr, ''))).rejects.toThrow('6 files');
});

it('files that are empty in the package too are not lost, nor those of no package', async () => {
  expect(await judge(files(inUsr, ''), files(inUsr, ''))).toBeUndefined();
});

it('nor are those of no package', async () => {
  expect(await judge({ 'etc/x': 'x' }, files(inUsr, ''))).toBeUndefined();
});

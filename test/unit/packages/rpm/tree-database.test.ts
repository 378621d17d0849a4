import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toBinary } from '../../../../src/base/bytes.ts';
import {
  checkRpmDatabase,
  findDatabase,
  hasRpmDatabase,
  rpmDatabaseDigest,
} from '../../../../src/packages/rpm/tree-database.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const found = () => withTree(toBinary(folder.path), findDatabase);
const isThere = () => withTree(toBinary(folder.path), hasRpmDatabase);

test.each([
  ['var/lib/rpm', 'rpmdb.sqlite'],
  ['var/lib/rpm', 'Packages'],
  ['usr/lib/sysimage/rpm', 'rpmdb.sqlite'],
  ['usr/lib/sysimage/rpm', 'Packages.db'],
])('a database is found in %s as %s', async (place, name) => {
  expect(isThere()).toBe(false);
  expect(await rpmDatabaseDigest(folder.path)).toBeUndefined();
  await folder.file(`${place}/${name}`, 'headers');
  await folder.file(`${place}/.rpm.lock`);
  expect(found()).toEqual({ folder: place, names: [name] });
  expect(isThere()).toBe(true);
});

test('a folder without a database does not hide the one of another place', async () => {
  await folder.file('var/lib/rpm/.rpm.lock');
  await folder.file('usr/lib/sysimage/rpm/rpmdb.sqlite', 'headers');
  expect(found()).toEqual({ folder: 'usr/lib/sysimage/rpm', names: ['rpmdb.sqlite'] });
});

test('the digest is that of what is in it, and of what is not written into it yet', async () => {
  await folder.file('var/lib/rpm/rpmdb.sqlite', 'headers');
  const before = await rpmDatabaseDigest(folder.path);
  await folder.file('var/lib/rpm/.rpm.lock', 'x');
  expect(await rpmDatabaseDigest(folder.path)).toBe(before);
  await folder.file('var/lib/rpm/rpmdb.sqlite-wal', 'more');
  const more = await rpmDatabaseDigest(folder.path);
  expect(more).not.toBe(before);
  await folder.file('var/lib/rpm/rpmdb.sqlite', 'others!');
  expect(new Set([before, more, await rpmDatabaseDigest(folder.path)]).size).toBe(3);
});

test('links are followed inside the tree alone, as an image has them', async () => {
  await folder.file('usr/lib/sysimage/rpm/rpmdb.sqlite', 'headers');
  await folder.folder('var/lib');
  await symlink('/usr/lib/sysimage/rpm', join(folder.path, 'var/lib/rpm'));
  expect(found()).toEqual({ folder: 'usr/lib/sysimage/rpm', names: ['rpmdb.sqlite'] });
  await rename(join(folder.path, 'usr/lib/sysimage/rpm'), join(folder.path, 'elsewhere'));
  expect(isThere()).toBe(false);
});

test('what is not a file is no database', async () => {
  await folder.folder('var/lib/rpm');
  await symlink('/dev/zero', join(folder.path, 'var/lib/rpm/rpmdb.sqlite'));
  expect(() => checkRpmDatabase(folder.path)).toThrow(expect.objectContaining({ code: 'tree-file' }));
  await expect(rpmDatabaseDigest(folder.path)).rejects.toMatchObject({ code: 'tree-file' });
});

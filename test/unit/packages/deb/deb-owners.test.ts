import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  debOwner,
  packagedDebFiles,
  unfinishedDebs,
  wordsOfOwners,
} from '../../../../src/packages/deb/deb-database.ts';
import { debOwners, divertedPlaces, realNames } from '../../../../src/packages/deb/deb-owners.ts';
import { withTree } from '../../../../src/system/tree/open-tree.ts';
import { useFolder } from '../../../lib/folder.ts';

const folder = useFolder();
const empty = 'd41d8cd98f00b204e9800998ecf8427e';

/** dash has diverted sh of bash; base has files by the names they had before /bin became a link. */
beforeEach(async () => {
  const part = (name: string, state = 'installed') =>
    `Package: ${name}\nStatus: install ok ${state}\nArchitecture: amd64\nVersion: 1\n`;
  const files = {
    status: [part('base'), part('bash'), part('dash'), part('half', 'half-configured')].join('\n'),
    diversions: '/bin/sh\n/bin/sh.distrib\ndash\n',
    'info/base.list': '/.\n/bin\n/bin/ls\n/usr\n/etc\n',
    'info/bash.list': '/bin\n/bin/sh\n/usr\n',
    'info/dash.list': '/usr\n/usr/bin/sh\n',
    'info/half.list': '/usr\n/etc\n',
    'info/bash.md5sums': `${'a'.repeat(32)}  bin/sh\n`,
    'info/dash.md5sums': `${empty}  usr/bin/sh\n`,
  };
  for (const [name, text] of Object.entries(files)) await folder.file(`var/lib/dpkg/${name}`, text);
  await folder.folder('usr/bin');
  await symlink('usr/bin', join(folder.path, 'bin'));
});

const owners = (...paths: string[]) =>
  Object.fromEntries(
    [...withTree(folder.path, (tree) => debOwners(tree, paths))].map(([path, list]) => [
      ...[path, list.map(({ name }) => name)],
    ]),
  );

describe('debOwners', () => {
  it('finds a file by each of its names', () => {
    expect(owners('/bin/ls', '/usr/bin/ls')).toEqual({ '/bin/ls': ['base'], '/usr/bin/ls': ['base'] });
  });

  it('a diverted file is of the package whose file really stands there', () => {
    expect(owners('/usr/bin/sh', '/bin/sh.distrib')).toEqual({
      ...{ '/usr/bin/sh': ['dash'], '/bin/sh.distrib': ['bash'] },
    });
  });

  it('a folder has several, what no package has is absent', () => {
    expect(owners('/etc', '/opt')).toEqual({ '/etc': ['base', 'half'] });
  });
});

it('one owner is told in words, several by all their names, of many nobody', () => {
  const words = (path: string) => withTree(folder.path, (tree) => wordsOfOwners(tree, new Set([path])));
  expect([words('/bin/ls'), words('/etc'), words('/usr'), words('/none')]).toEqual([
    ...['base_1_amd64', 'base_1_amd64, half_1_amd64', undefined, undefined],
  ]);
  expect([...withTree(folder.path, (tree) => debOwner(tree, ['/bin/ls'])).values()]).toMatchObject([
    { type: 'deb', name: 'base' },
  ]);
});

it('packaged files are told where they lie, and whether they have content', () => {
  const found = new Map<string, boolean>();
  withTree(folder.path, (tree) => packagedDebFiles(tree, (path, filled) => found.set(path, filled)));
  expect([found.get('/bin/sh.distrib'), found.get('/usr/bin/sh'), found.get('/bin/sh')]).toEqual([
    ...[true, false, undefined],
  ]);
  expect(found.get('/var/lib/dpkg/info/base.list')).toBe(true);
});

it('packages that dpkg has not finished are told with its word', () => {
  expect(withTree(folder.path, unfinishedDebs)).toEqual([{ word: 'half_1_amd64', state: 'half-configured' }]);
});

it('names are real where a folder at the top is a link', () => {
  const real = withTree(folder.path, realNames);
  expect([real('/bin/x'), real('/bin'), real('/usr/bin/x'), real('/none')]).toEqual([
    ...['/usr/bin/x', '/usr/bin', '/usr/bin/x', '/none'],
  ]);
  const place = withTree(folder.path, divertedPlaces);
  expect([place('bash', '/bin/sh'), place('dash', '/bin/sh'), place('bash', '/etc')]).toEqual([
    ...['/bin/sh.distrib', '/bin/sh', '/etc'],
  ]);
});

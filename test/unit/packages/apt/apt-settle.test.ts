import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Apt } from '../../../../src/packages/apt/apt-call.ts';
import type { PreparedRepository } from '../../../../src/packages/apt/apt-open.ts';
import {
  recordOrigins,
  repositoryIdOf,
  repositoryIdsAt,
  settleImage,
} from '../../../../src/packages/apt/apt-settle.ts';
import { findOrigins } from '../../../../src/packages/origins.ts';
import type { Repository } from '../../../../src/plan/build-plan.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aSite } from '../a-site.ts';

const folder = useFolder();
const list = 'root/etc/apt/sources.list.d/rootimg.sources';
let apt: Apt;

beforeEach(async () => {
  await folder.folder('root/etc/apt/sources.list.d');
  const site = aSite(join(folder.path, 'root'), folder.path);
  apt = { site, folder: join(folder.path, 'apt'), architecture: 'amd64', origins: new Map() };
});

function repository(url: string, changes: Partial<Repository> = {}): Repository {
  return { id: url, url, from: 'pkgdir', deb: { suite: 'tiny', components: ['main'] }, ...changes };
}

const prepare = (one: Repository, ...keyrings: PreparedRepository['keyrings']): PreparedRepository => ({
  ...{ repository: one, url: one.url, keyrings },
});
const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');

test('nodes get the repositories that a server has and that are signed, without passwords', async () => {
  await folder.file('apt/keyrings/site.asc', 'the key');
  const key = { name: 'site.asc', path: '/usr/share/keyrings/site.asc' };
  await settleImage(apt, [
    prepare(repository('http://me:secret@m.example/debian'), key),
    prepare(repository('file:///srv/local'), key),
    prepare(repository('http://other.example/x', { unchecked: 'gpgcheck: no' })),
  ]);
  expect(read(list)).toBe(
    [
      ...['Types: deb', 'URIs: http://m.example/debian', 'Suites: tiny', 'Components: main'],
      ...['Architectures: amd64', 'Signed-By: /etc/apt/keyrings/site.asc', ''],
    ].join('\n'),
  );
  expect(read('root/etc/apt/keyrings/site.asc')).toBe('the key');
});

test("where the image's own packages have the key, theirs is named; not one of another content", async () => {
  await folder.file('apt/keyrings/d.gpg', 'same');
  const key = { name: 'd.gpg', path: '/usr/share/keyrings/d.gpg' };
  await folder.file('root/usr/share/keyrings/d.gpg', 'same');
  await settleImage(apt, [prepare(repository('http://m.example/debian'), key)]);
  expect(read(list)).toContain('Signed-By: /usr/share/keyrings/d.gpg\n');
  expect(existsSync(join(folder.path, 'root/etc/apt/keyrings'))).toBe(false);
  await folder.file('root/usr/share/keyrings/d.gpg', 'older');
  await settleImage(apt, [prepare(repository('http://m.example/debian'), key)]);
  expect(read(list)).toContain('Signed-By: /etc/apt/keyrings/d.gpg\n');
});

test('a list of an earlier build goes where nothing can be reached any more', async () => {
  await folder.file(list, 'old');
  await settleImage(apt, [prepare(repository('file:///srv/local'))]);
  expect(existsSync(join(folder.path, list))).toBe(false);
  await settleImage(apt, []);
});

test('each package came from the repository whose address goes farthest', async () => {
  const all = ['http://m/d', 'http://m/d/sub/', 'copy:/srv/x'].map((url) => prepare(repository(url)));
  const of = (address: string) => repositoryIdOf(all, address);
  expect(of('http://m/d/pool/a.deb')).toBe('http://m/d');
  expect(of('http://m/d/sub/pool/a.deb')).toBe('http://m/d/sub/');
  expect(of('file:/home/a.deb')).toBe('@commandline');
  expect(of('http://elsewhere/a.deb')).toBeUndefined();
  apt.origins.set('a_1_all', 'http://m/d/sub/a.deb').set('b_1_all', 'http://elsewhere/b.deb');
  await recordOrigins(apt, all);
  expect([...(await findOrigins(folder.path))]).toEqual([['a_1_all', 'http://m/d/sub/']]);
});

test('suites of one archive have their packages in one place', () => {
  const suites = ['tiny', 'tiny-updates'].map((suite) =>
    prepare(repository('http://m/d', { id: suite, deb: { suite, components: ['main'] } })),
  );
  const all = [...suites, prepare(repository('http://m/'))];
  expect(repositoryIdsAt(all, 'http://m/d/pool/a.deb')).toEqual(['tiny', 'tiny-updates']);
  expect(repositoryIdsAt(all, 'http://m/e/pool/a.deb')).toEqual(['http://m/']);
  expect(repositoryIdsAt(all, 'http://elsewhere/a.deb')).toEqual([]);
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkRepositories, repositoryState } from '../../../../src/packages/apt/release-files.ts';
import type { DebSuite, Repository } from '../../../../src/plan/build-plan.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../../genimage/a-plan.ts';

const folder = useFolder();
let server: Server;
let origin: string;
/** What the server has, and what it was asked for. */
let files: Record<string, string>;
let asked: string[];

beforeEach(async () => {
  files = {};
  asked = [];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const text = files[path];
    response.writeHead(text === undefined ? 404 : 200).end(request.method === 'HEAD' ? '' : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.close());

function repository(url: string, deb: Partial<DebSuite> = {}, more: Partial<Repository> = {}): Repository {
  return { id: 'pkgdir-0', url, from: 'pkgdir', deb: { suite: 'tiny', components: [], ...deb }, ...more };
}

const problemsOf = async (...repositories: Repository[]) =>
  (await checkRepositories(aPlan({ repositories }))).map(({ code, message }) => `${code} ${message}`);
const stateOf = (one: Repository) => repositoryState(aPlan({ repositories: [one] }), one);

describe('a repository is there when it has', () => {
  test.each<[string, Partial<DebSuite>, Partial<Repository>, string]>([
    ['InRelease of its suite', {}, {}, '/dists/tiny/InRelease'],
    ['Release of its suite', {}, {}, '/dists/tiny/Release'],
    ['Release beside its packages, where it is flat', { suite: './' }, {}, '/Release'],
    ['the same in a folder', { suite: './sub/' }, {}, '/sub/InRelease'],
    ['Packages alone, where it is flat and not checked', { suite: './' }, { unchecked: 'x' }, '/Packages.xz'],
  ])('%s', async (_, deb, more, path) => {
    const one = repository(origin, deb, more);
    expect(await problemsOf(one)).toEqual([expect.stringContaining('404')]);
    expect(await stateOf(one)).toBeUndefined();
    files[path] = 'digests';
    expect(await problemsOf(one)).toEqual([]);
    const state = await stateOf(one);
    expect(state).toMatch(/^[0-9a-f]{64}$/);
    files[path] = 'others';
    expect(await stateOf(one)).not.toBe(state);
  });
});

test('Packages alone do not do for one that is checked', async () => {
  files['/Packages'] = 'digests';
  expect(await problemsOf(repository(origin, { suite: './' }))).toHaveLength(1);
  expect(asked).not.toContain('/Packages');
});

test('each that cannot be reached is told, and that there is none at all', async () => {
  files['/good/dists/tiny/InRelease'] = '';
  const told = await problemsOf(repository(`${origin}/good`), repository(`${origin}/bad`));
  expect(told).toEqual([expect.stringContaining(`${origin}/bad`)]);
  expect(await problemsOf()).toEqual([expect.stringMatching(/^no-repository /)]);
});

test('a folder of plain files is what its packages are: names, sizes and times', async () => {
  const path = await folder.folder('debs');
  const plain = repository(pathToFileURL(path).href, { suite: './', plain: true });
  await folder.file('debs/a_1_all.deb', 'a');
  expect(await problemsOf(plain)).toEqual([]);
  const first = await stateOf(plain);
  await folder.file('debs/readme', 'no package');
  expect(await stateOf(plain)).toBe(first);
  await folder.file('debs/b_1_all.deb', 'b');
  const second = await stateOf(plain);
  expect(second).not.toBe(first);
  await folder.file('debs/b_1_all.deb', 'bb');
  expect(await stateOf(plain)).not.toBe(second);
  const gone = repository(pathToFileURL(`${path}/gone`).href, { suite: './', plain: true });
  expect(await problemsOf(gone)).toEqual([expect.stringContaining(`there is no folder ${path}/gone`)]);
  expect(await stateOf(gone)).toBeUndefined();
});

test('what is kept for a lock is read where it is kept', async () => {
  const keptIn = await folder.folder('kept');
  const one = repository('http://nowhere.invalid/debian', {}, { keptIn });
  expect(await problemsOf(one)).toEqual([expect.stringContaining('kept/Packages')]);
  await folder.file('kept/Packages', 'digests');
  expect(await problemsOf(one)).toEqual([]);
  expect(await stateOf(one)).toMatch(/^[0-9a-f]{64}$/);
});

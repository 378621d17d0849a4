import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { componentsThere } from '../../../../src/packages/apt/offered-suites.ts';
import { checkRepositories } from '../../../../src/packages/apt/release-files.ts';
import type { Repository } from '../../../../src/plan/build-plan.ts';
import { useFolder } from '../../../lib/folder.ts';
import { aPlan } from '../../genimage/a-plan.ts';

const folder = useFolder();
let server: Server | undefined;
afterEach(() => void server?.close());

/** A mirror with these files; those that end with `/` are the pages of folders. */
async function mirror(files: Readonly<Record<string, string>>): Promise<string> {
  server = createServer((request, response) => {
    const text = files[(request.url ?? '').slice(1)];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function planOf(url: string, suite: string) {
  const repository: Repository = { id: 'r', url, from: 'pkgdir', deb: { suite, components: ['main'] } };
  const { image } = aPlan();
  return { repository, plan: aPlan({ image: { ...image, osvers: 'debian12' }, repositories: [repository] }) };
}

async function hintFor(url: string, suite = 'bookwurm'): Promise<string | undefined> {
  const [problem, ...others] = await checkRepositories(planOf(url, suite).plan);
  expect(others).toEqual([]);
  expect(problem?.code).toBe('repository-unreachable');
  return problem?.hint;
}

test('a suite that a folder does not have is told with those that it has', async () => {
  await folder.file('m/dists/bookworm/Release', 'x');
  await folder.file('m/dists/trixie/InRelease', 'x');
  await folder.folder('m/dists/pool');
  const url = pathToFileURL(`${folder.path}/m`).href;
  expect(await hintFor(url)).toBe('Suites that are there: bookworm, trixie.');
  expect(await hintFor(url, 'flat/')).toBeUndefined();
});

test('a server that shows its folders is read, another is asked for the suites of the distribution', async () => {
  const page = '<a href="../">up</a><a href="site-stable/">s</a><a href="README">r</a>';
  expect(await hintFor(await mirror({ 'dists/': page }))).toBe('Suites that are there: site-stable.');
  const releases = { 'dists/bookworm/Release': '', 'dists/trixie-security/Release': '' };
  expect(await hintFor(await mirror(releases))).toBe('Suites that are there: bookworm, trixie-security.');
  expect(await hintFor(await mirror({}))).toBeUndefined();
});

test('components are those of the Release file', async () => {
  const url = await mirror({ 'dists/bookworm/Release': 'Origin: x\nComponents: main contrib\n' });
  const { plan, repository } = planOf(url, 'bookworm');
  expect(await componentsThere(plan, repository, {})).toEqual(['main', 'contrib']);
});

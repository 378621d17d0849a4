import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zypperChoice } from '../../../src/packages/zypper/zypper-choice.ts';
import { zypperLocking } from '../../../src/packages/zypper/zypper-lock.ts';
import { offeredBy, rawMetadata } from '../../../src/packages/zypper/zypper-offers.ts';
import type { Repository } from '../../../src/plan/build-plan.ts';
import { run } from '../../../src/system/exec.ts';
import { aPlan } from '../../unit/genimage/a-plan.ts';
import { aSite } from '../../unit/packages/a-site.ts';

/** What zypper has read of a repository, and a folder of packages, both made with real tools; no zypper. */
let base: string;
let shared: string;
const indexed: Repository = { id: 'pkgdir-0', url: '', from: 'pkgdir' };
const plain: Repository = { id: 'otherpkgdir-0', url: '', from: 'otherpkgdir' };

async function build(folder: string, name: string, version: string): Promise<void> {
  const lines = [`Name: ${name}`, `Version: ${version}`, 'Release: 1', 'Summary: x', 'License: x'];
  const spec = join(base, `${name}.spec`);
  await writeFile(spec, [...lines, 'BuildArch: noarch', '%description', 'x', '%files', ''].join('\n'));
  const places = [`_rpmdir ${folder}`, '_rpmfilename %%{NAME}-%%{VERSION}.rpm', `_topdir ${base}/top`];
  await run(['rpmbuild', '-bb', '--quiet', ...places.flatMap((one) => ['--define', one]), spec]);
}

function zypper() {
  const plan = aPlan({
    repositories: [
      { ...indexed, url: `file://${base}/os` },
      { ...plain, url: `file://${base}/plain` },
    ],
  });
  const session = {
    ...{ root: join(base, 'root'), releasever: '15.6', configFile: '/none', interactive: false },
    ...{ acceptLicenses: false, allowVendorChange: false },
  };
  const host = { root: session.root, shared, macros: join(base, 'macros') };
  return { site: aSite(session.root, base, { plan }), session, host };
}
const repositories = () => zypper().site.plan.repositories as [Repository, Repository];

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-zypper-lock-'));
  shared = join(base, 'shared');
  for (const name of ['root/run', 'root/dev', 'root/proc', 'root/sys', 'macros/macros', 'shared/repos'])
    await mkdir(join(base, name), { recursive: true });
  await writeFile(join(base, 'macros/macros/macros.x'), '%_dbpath /var/lib/rpm\n');
  for (const [folder, name, version] of [
    ['os', 'app', '1.0'],
    ['os', 'app', '2.0'],
    ['os', 'tool', '1.0'],
    ['plain', 'tool', '2.0'],
    ['plain', 'site', '1.0'],
  ] as const)
    await build(join(base, folder), name, version);
  await writeFile(join(base, 'plain/README.rpm'), 'no package');
  await run(['createrepo_c', '--quiet', '--no-database', join(base, 'os')]);
  await cp(join(base, 'os/repodata'), join(rawMetadata(shared, 'pkgdir-0'), 'repodata'), { recursive: true });
  await mkdir(rawMetadata(shared, 'otherpkgdir-0'), { recursive: true });
});
afterAll(() => rm(base, { recursive: true, force: true }));

const all = new Set(['app', 'tool', 'site']);
const wordsOf = async (repository: Repository) =>
  (await offeredBy(zypper(), repository, all)).map(({ name, version }) => `${name} ${version}`).sort();

test('what a repository has is told from its metadata, and of a folder from its packages', async () => {
  const [os, folder] = repositories();
  expect(await wordsOf(os)).toEqual(['app 1.0-1', 'app 2.0-1', 'tool 1.0-1']);
  expect(await wordsOf(folder)).toEqual(['site 1.0-1', 'tool 2.0-1']);
  const [site] = await offeredBy(zypper(), folder, new Set(['site']));
  const sum = (await run(['sha256sum', join(base, 'plain/site-1.0.rpm')])).stdout.slice(0, 64);
  expect(site).toMatchObject({ digest: `sha256:${sum}`, path: join(base, 'plain/site-1.0.rpm') });
});

const one = (name: string, version: string, repository: string) => ({
  ...{ name, version: `${version}-1`, arch: 'noarch', repository },
  digest: 'sha256:00',
});
/** What zypper is led to: the packages that its cache tells of, and those of the folder. */
async function seen(): Promise<string[]> {
  const repodata = join(rawMetadata(shared, 'pkgdir-0'), 'repodata');
  const text = existsSync(join(repodata, 'primary.xml'))
    ? await readFile(join(repodata, 'primary.xml'), 'utf8')
    : '';
  const file = await readFile(join(shared, 'repos/otherpkgdir-0.repo'), 'utf8');
  const folder = /^baseurl=file:\/\/(.*)$/m.exec(file)?.[1] ?? '';
  const told = text.matchAll(/href="(\w+-[\d.]+\.rpm)"/g);
  return [...[...told].map(([, name = '']) => name), ...(await readdir(folder))].sort();
}

test('a choice leaves nothing else to be seen, or no other version; without one all is as it was', async () => {
  const choose = zypperChoice(zypper());
  const packages = [one('app', '1.0', 'pkgdir-0'), one('tool', '2.0', 'otherpkgdir-0')];
  await choose({ packages, others: 'none' });
  expect(await seen()).toEqual(['app-1.0.rpm', 'tool-2.0.rpm']);
  await choose({ packages, others: 'any' });
  expect(await seen()).toEqual(['app-1.0.rpm', 'site-1.0.rpm', 'tool-2.0.rpm']);
  await choose(undefined);
  expect(await seen()).toEqual(['README.rpm', 'site-1.0.rpm', 'tool-2.0.rpm']);
  // What is offered is asked of the whole, whatever is seen.
  await choose({ packages: [], others: 'none' });
  expect(await wordsOf(repositories()[0])).toHaveLength(3);
});

test('what is kept is a repository of the locked packages, with the metadata as it was signed', async () => {
  const { offers, keep } = zypperLocking({
    zypper: zypper(),
    turnOf: () => Promise.reject(new Error('no zypper')),
    withExcluded: (_, work) => work(),
    trustKeys: async () => {},
  });
  const wanted = [one('app', '1.0', 'pkgdir-0'), one('site', '1.0', 'otherpkgdir-0')];
  const offered = await offers(wanted);
  const locked = offered.filter(({ version }) => version === '1.0-1');
  await keep(locked, join(base, 'kept'));
  expect(
    (await readdir(join(base, 'kept'), { recursive: true })).filter((name) => name.endsWith('.rpm')).sort(),
  ).toEqual(['otherpkgdir-0/site-1.0.rpm', 'pkgdir-0/app-1.0.rpm']);
  const index = 'repodata/repomd.xml';
  expect(await readFile(join(base, 'kept/pkgdir-0', index))).toEqual(await readFile(join(base, 'os', index)));
});

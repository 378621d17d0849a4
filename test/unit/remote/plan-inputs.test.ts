import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { PackagePass, Repository } from '../../../src/plan/build-plan.ts';
import { inputFiles, localRepositories, plainPackages } from '../../../src/remote/plan-inputs.ts';
import { useFolder } from '../../lib/folder.ts';
import { aPlan } from '../genimage/a-plan.ts';

const folder = useFolder();
const at = (name: string) => join(folder.path, name);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const isPackageFile = (name: string) => name.endsWith('.rpm');

test('every file that a plan names goes along once, by its own name, with its mode', async () => {
  for (const name of [
    'lists/compute.pkglist',
    'keys/site.asc',
    'keys/deb.asc',
    'ca.pem',
    'a/x.rpm',
    'answers',
  ])
    await folder.file(name, name);
  await folder.file('post/site.sh', 'script', 0o750);
  await folder.file('postscripts/xcatpostinit1.netboot', 'init', 0o755);
  await folder.file('postscripts/others', 'not asked for');
  const install = ['bash', at('a/x.rpm'), '/nowhere/y.rpm'].map((name) => ({ name, origin: { file: 'l' } }));
  const pass: PackagePass = {
    install,
    removeBefore: [],
    removeAfter: [],
    environment: [],
    debconf: [at('answers')],
  };
  const repository: Repository = {
    ...{ id: 'r', url: 'https://m.example', from: 'pkgdir', sslcacert: at('ca.pem') },
    deb: { suite: 's', components: [], signedBy: [at('keys/deb.asc')] },
  };
  const plan = aPlan({
    files: [{ path: at('lists/compute.pkglist'), sha256: '', role: 'pkglist' }],
    keys: [at('keys/site.asc')],
    postinstall: [
      { path: at('post/site.sh'), args: [] },
      { path: at('post/site.sh'), args: ['again'] },
    ],
    passes: [pass],
    otherPasses: [pass],
    repositories: [repository],
    postscriptsDir: at('postscripts'),
  } as never);
  const found = await inputFiles(plan, isPackageFile);
  expect(found.map(({ path, name }) => [path.replace(`${folder.path}/`, ''), name])).toEqual([
    ['lists/compute.pkglist', '0/compute.pkglist'],
    ['keys/site.asc', '1/site.asc'],
    ['post/site.sh', '2/site.sh'],
    ['ca.pem', '3/ca.pem'],
    ['keys/deb.asc', '4/deb.asc'],
    ['a/x.rpm', '5/x.rpm'],
    ['answers', '6/answers'],
    ['postscripts/xcatpostinit1.netboot', 'postscripts/xcatpostinit1.netboot'],
  ]);
  expect(found[2]).toMatchObject({ mode: 0o750, sha256: sha256('script') });
});

test('a repository of a folder goes along with the digest of what lists its content', async () => {
  await folder.file('el/repodata/repomd.xml', 'index');
  await folder.file('deb/dists/tiny/Release', 'release');
  await folder.file('flat/Release', 'flat');
  await folder.folder('plain');
  const of = (name: string, suite?: string): Repository => ({
    ...{ id: name, url: pathToFileURL(at(name)).href, from: 'pkgdir' },
    ...(suite === undefined ? {} : { deb: { suite, components: [] } }),
  });
  const away: Repository = { id: 'http', url: 'http://m.example', from: 'pkgdir' };
  const plan = aPlan({
    repositories: [of('el'), away, of('deb', 'tiny'), of('flat', './'), of('plain', './')],
  });
  const found = await localRepositories(plan);
  expect(found.map((one) => [one.repository.id, one.folder, one.index?.sha256])).toEqual([
    ['el', at('el'), sha256('index')],
    ['deb', at('deb'), sha256('release')],
    ['flat', at('flat'), sha256('flat')],
    ['plain', at('plain'), undefined],
  ]);
});

test('of a folder of packages that nothing lists the packages go along, in a place of their own', async () => {
  await folder.file('rpms/a.rpm', 'a');
  await folder.file('rpms/README', 'none');
  await folder.file('rpms/below/not-seen.rpm', 'zypper looks at the folder alone');
  await folder.file('debs/pool/b.deb', 'b');
  await folder.file('yast/content', 'an index');
  await folder.file('yast/c.rpm', 'c');
  await folder.file('listed/d.deb', 'd');
  const of = (name: string, deb?: Repository['deb']): Repository => ({
    ...{ id: name, url: pathToFileURL(at(name)).href, from: 'otherpkgdir' },
    ...(deb === undefined ? {} : { deb }),
  });
  const flat = { suite: './', components: [] };
  const repositories = [of('rpms'), of('debs', { ...flat, plain: true }), of('yast'), of('listed', flat)];
  const isPackage = (name: string) => /\.(rpm|deb)$/.test(name);
  const found = [];
  for (const one of await localRepositories(aPlan({ repositories })))
    found.push(...(await plainPackages(one, isPackage)).map(({ path, name }) => [path, name]));
  expect(found).toEqual([
    [at('rpms/a.rpm'), 'packages/rpms/a.rpm'],
    [at('debs/pool/b.deb'), 'packages/debs/pool/b.deb'],
  ]);
});

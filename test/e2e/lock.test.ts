import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildLockSchema } from '../../src/plan/build-lock.ts';
import { run } from '../../src/system/exec.ts';
import { renderComps } from '../../tools/sample-repo/comps.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { openPackageBuilder, type Outcome, type PackageBuilder } from './lib/package-builder.ts';
import { type PackageServer, servePackages } from './lib/package-server.ts';
import { makeTinyWorld, type TinyWorld } from './lib/tiny-repository.ts';
import { testInLong } from '../lib/amount.ts';

/** Locks over real dnf, from a web server with packages of a few files: all that a lock is for. */
let world: TinyWorld;
let admin: Administrator;
let builder: PackageBuilder;
let server: PackageServer;
let built: Outcome;
let lists: { pkglist: string; otherpkglist: string; srcdir: string; otherpkgdir: string; gpgkeys: string };

const image = 'tiny';
const lockFile = () => join(admin.base, 'etc/osimage', `${image}.lock`);
const kept = () => join(admin.base, 'kept');
const lockOf = async () => buildLockSchema.parse(JSON.parse(await readFile(lockFile(), 'utf8')));
const words = async () =>
  (await lockOf()).steps.map(({ command, packages, removes }) => [
    command,
    packages
      .map(({ name, version }) => `${name}-${version}`)
      .sort()
      .join(' '),
    removes.join(' '),
  ]);

beforeAll(async () => {
  world = await makeTinyWorld([
    {
      path: 'os',
      signedBy: 'good',
      packages: [
        { name: 'app', head: ['Requires: library'] },
        { name: 'library' },
        { name: 'agent' },
        { name: 'unwanted', head: ['Requires: only-for-it'] },
        { name: 'only-for-it' },
        { name: 'spare' },
      ],
      group: ['app', 'not-there'],
    },
    { path: 'site', signedBy: 'good', packages: [{ name: 'agent', version: '2.0' }, { name: 'tool' }] },
  ]);
  server = await servePackages(world.dir);
  builder = await openPackageBuilder();
  admin = await administrator();
  lists = {
    pkglist: await builder.list('pkglist', ['@tiny-group', 'agent', 'unwanted']),
    otherpkglist: await builder.list('otherpkglist', ['-unwanted', 'tool']),
    ...{ srcdir: `${server.address}/os`, otherpkgdir: `${server.address}/site`, gpgkeys: world.goodKey },
  };
  await writeFile(join(admin.base, 'etc/config.yaml'), `keys: ['${world.goodKey}']\n`);
  const made = await admin.type(
    ...(['mkdef', '-t', 'osimage', '-o', image, 'imagetype=linux', 'provmethod=netboot'] as const),
    ...['profile=compute', 'osvers=rocky9.4', 'osarch=x86_64', `rootimgdir=${builder.image}`],
    ...[`pkglist=${lists.pkglist}`, `otherpkglist=${lists.otherpkglist}`],
    ...[`pkgdir=${lists.srcdir}`, `otherpkgdir=${lists.otherpkgdir}`],
  );
  expect(made.status, made.stderr).toBe(0);
});
afterAll(async () => {
  server?.close();
  await Promise.all([world?.leave(), builder?.leave(), admin?.leave()]);
});
beforeEach(() => server.faults.clear());

const locked = () => builder.build({ ...lists, imageName: image, locked: lockFile(), fresh: true });

test('the lock names what each pass of all lists brings and takes away, and nothing is installed', async () => {
  const made = await admin.type('genimage', '--lock', '--keep-packages', kept(), image);
  expect(made.status, made.stdout + made.stderr).toBe(0);
  expect(await words()).toEqual([
    ['install', 'agent-1.0-1 app-1.0-1 library-1.0-1 only-for-it-1.0-1 tiny-base-1.0-1 unwanted-1.0-1', ''],
    ['remove', '', 'only-for-it.noarch unwanted.noarch'],
    ['install', 'tool-1.0-1', ''],
    ['upgrade', 'agent-2.0-1', ''],
  ]);
  expect(existsSync(builder.image)).toBe(false);
  const { steps, files } = await lockOf();
  expect(files.map(({ role }) => role)).toEqual(expect.arrayContaining(['key', 'otherpkglist', 'pkglist']));
  const sum = await run(['sha256sum', join(world.dir, 'os/app-1.0-1.noarch.rpm')]);
  expect(steps[0]?.packages.find(({ name }) => name === 'app')?.digest).toBe(
    `sha256:${sum.stdout.slice(0, 64)}`,
  );
});

testInLong('a lock is not overwritten, and one of the same packages stays as it is', async () => {
  const before = await readFile(lockFile(), 'utf8');
  const again = await admin.type('genimage', '--lock', image);
  expect(again).toMatchObject({ status: 1 });
  expect(again.stderr).toContain('There is a lock already');
  const updated = await admin.type('genimage', '--update-lock', image);
  expect(updated.status, updated.stderr).toBe(0);
  expect(updated.stdout).toContain(': the same');
  expect(await readFile(lockFile(), 'utf8')).toBe(before);
});

test('a locked build makes what a free one made when the lock was made', async () => {
  const free = await builder.build({ ...lists, imageName: image });
  const first = await locked();
  built = first;
  expect(first.problems).toEqual([]);
  expect(first.packages).toEqual(free.packages);
  expect(first.packages).toContain('agent-2.0');
  expect(first.origins).toEqual(free.origins);
});

test('with kept packages and no repository the same packages come in', async () => {
  const online = built;
  server.faults.set('/', 'missing');
  const asked = server.asked.length;
  const offline = await builder.build({
    ...lists,
    ...{ imageName: image, locked: lockFile(), keepPackages: kept(), fresh: true },
  });
  expect(offline.problems).toEqual([]);
  expect(offline.packages).toEqual(online.packages);
  expect(offline.origins).toEqual(online.origins);
  expect(server.asked.length).toBe(asked);
});

test('packages that are gone, and those with other bytes, are all named, and nothing is built', async () => {
  const os = join(world.dir, 'os');
  await run(['cp', '-a', os, `${os}.good`]);
  await rm(join(os, 'app-1.0-1.noarch.rpm'));
  await rm(join(os, 'library-1.0-1.noarch.rpm'));
  await run(['cp', join(os, 'spare-1.0-1.noarch.rpm'), join(os, 'app-1.0-1.noarch.rpm')]);
  const rebuilt = join(os, 'agent-1.0-1.noarch.rpm');
  await run(['rpmsign', '--delsign', rebuilt]);
  await run(['createrepo_c', '--quiet', '--no-database', '--excludes', '*/*', os]);
  const outcome = await locked();
  expect(outcome.packages).toBeUndefined();
  expect(
    outcome.problems.map(({ code, message }) => `${code} ${message.replace(/sha256:\w+/g, 'SUM')}`),
  ).toEqual([
    expect.stringMatching(/^lock-package agent 1\.0-1 .* its bytes are others now \(SUM, not SUM\)\.$/),
    expect.stringMatching(/^lock-package app 1\.0-1 \(noarch\) of the lock .* it is gone\.$/),
    expect.stringMatching(/^lock-package library 1\.0-1 .* it is gone\.$/),
  ]);
  expect(existsSync(join(builder.image, 'rootimg'))).toBe(false);
  await rm(os, { recursive: true });
  await run(['mv', `${os}.good`, os]);
});

testInLong('a list that has changed since is named', async () => {
  const before = await readFile(lists.pkglist, 'utf8');
  await writeFile(lists.pkglist, `${before}spare\n`);
  const outcome = await locked();
  expect(outcome.problems.map(({ code, message }) => [code, message])).toEqual([
    ['lock-changed', `The pkglist ${lists.pkglist} has changed since the lock.`],
  ]);
  await writeFile(lists.pkglist, before);
});

/** Puts newer versions into the distribution's repository, as its next release does; its group stays. */
async function publish(...names: readonly string[]): Promise<void> {
  const os = join(world.dir, 'os');
  for (const name of names) {
    const lines = [`Name: ${name}`, 'Version: 2.0', 'Release: 1', 'Summary: tiny', 'License: none'];
    const text = [...lines, 'BuildArch: noarch', '%description', 'tiny', '%files', ''];
    const spec = await builder.list(`${name}.spec`, text);
    const format = '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm';
    const places = [`_rpmdir ${os}`, `_rpmfilename ${format}`, `_topdir ${builder.base}/top`];
    await run(['rpmbuild', '-bb', '--quiet', ...places.flatMap((one) => ['--define', one]), spec]);
  }
  const comps = await builder.list('comps.xml', [renderComps('tiny-group', ['app', 'not-there'])]);
  await run(['createrepo_c', '--quiet', '--no-database', '--excludes', '*/*', '--groupfile', comps, os]);
}

test('newer packages change nothing in a locked build; --update-lock moves those it is told to', async () => {
  await publish('library', 'app');
  const after = await locked();
  expect(after.problems).toEqual([]);
  expect(after.packages).toEqual(built.packages);
  expect(after.packages).toContain('library-1.0');
  const update = (...names: string[]) =>
    admin.type('genimage', '--no-gpgcheck', '--update-lock', image, ...names);
  const one = await update('library');
  expect(one.status, one.stdout + one.stderr).toBe(0);
  expect(one.stdout).toMatch(/↑ library 1\.0-1 → 2\.0-1/);
  expect(one.stdout).not.toContain('app');
  expect((await update('nosuch')).stderr).toContain("The lock has no package 'nosuch'.");
  expect((await update()).stdout).toMatch(/↑ app 1\.0-1 → 2\.0-1/);
});

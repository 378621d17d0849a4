import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildLockSchema } from '../../src/plan/build-lock.ts';
import { run } from '../../src/system/exec.ts';
import { writeMetadata } from '../../tools/sample-suse/medium.ts';
import { testInLong } from '../lib/amount.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { openPackageBuilder, type Outcome, type PackageBuilder } from './lib/package-builder.ts';
import { type PackageServer, servePackages } from './lib/package-server.ts';
import { makeTinyWorld, type TinyWorld } from './lib/tiny-repository.ts';

/** Locks over real zypper: a repository of a web server, and a folder of packages without metadata. */
let world: TinyWorld;
let admin: Administrator;
let builder: PackageBuilder;
let server: PackageServer;
let lists: { osvers: string; pkglist: string; otherpkglist: string; srcdir: string; otherpkgdir: string };
let built: Outcome;

const image = 'tiny';
const lockFile = () => join(admin.base, 'etc/osimage', `${image}.lock`);
const kept = () => join(admin.base, 'kept');
const os = () => join(world.dir, 'os');
const lockOf = async () => buildLockSchema.parse(JSON.parse(await readFile(lockFile(), 'utf8')));

/** As SUSE's, the metadata is signed. */
async function renewMetadata(): Promise<void> {
  await rm(join(os(), 'repodata'), { recursive: true });
  const name = 'Sample repository (good) <good@sample.invalid>';
  await writeMetadata(os(), { home: join(world.dir, 'gpg/good'), name, publicFile: world.goodKey });
}

beforeAll(async () => {
  world = await makeTinyWorld([
    {
      path: 'os',
      signedBy: 'good',
      packages: [
        { name: 'app', head: ['Requires: library'] },
        { name: 'library' },
        { name: 'agent' },
        { name: 'patterns-base', head: ['Provides: pattern() = base', 'Requires: app'] },
        { name: 'unwanted', head: ['Requires: only-for-it'] },
        { name: 'only-for-it' },
        { name: 'spare' },
      ],
    },
    { path: 'site', signedBy: 'good', packages: [{ name: 'agent', version: '2.0' }, { name: 'tool' }] },
  ]);
  await rm(join(world.dir, 'site/repodata'), { recursive: true });
  await renewMetadata();
  server = await servePackages(world.dir);
  builder = await openPackageBuilder();
  admin = await administrator();
  lists = {
    osvers: 'sles12.5',
    pkglist: await builder.list('pkglist', ['@base', 'agent', 'unwanted']),
    otherpkglist: await builder.list('otherpkglist', ['-unwanted', 'tool']),
    ...{ srcdir: `${server.address}/os`, otherpkgdir: join(world.dir, 'site') },
  };
  await writeFile(join(admin.base, 'etc/config.yaml'), `keys: ['${world.goodKey}']\n`);
  const made = await admin.type(
    ...(['mkdef', '-t', 'osimage', '-o', image, 'imagetype=linux', 'provmethod=netboot'] as const),
    ...['profile=compute', 'osvers=sles12.5', 'osarch=x86_64', `rootimgdir=${builder.image}`],
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

const build = (changes: object) =>
  builder.build({ ...lists, imageName: image, gpgkeys: world.goodKey, ...changes });
const locked = (changes: object = {}) => build({ locked: lockFile(), fresh: true, ...changes });

test('the lock names what each pass brings and takes away, with its digest, and nothing is installed', async () => {
  const made = await admin.type('genimage', '--lock', '--keep-packages', kept(), image);
  expect(made.status, made.stdout + made.stderr).toBe(0);
  const { steps } = await lockOf();
  const words = steps.map(({ command, packages, removes }) => [
    command,
    packages
      .map(({ name, version, repository }) => `${name}-${version} ${repository}`)
      .sort()
      .join(', '),
    removes.join(' '),
  ]);
  const first = ['agent', 'app', 'library', 'only-for-it', 'patterns-base', 'tiny-base', 'unwanted'];
  expect(words).toEqual([
    ['install', first.map((name) => `${name}-1.0-1 pkgdir-0`).join(', '), ''],
    ['remove', '', 'unwanted.noarch'],
    ['install', 'tool-1.0-1 otherpkgdir-0', ''],
    ['upgrade', 'agent-2.0-1 otherpkgdir-0', ''],
  ]);
  expect(existsSync(builder.image)).toBe(false);
  for (const path of ['os/app-1.0-1.noarch.rpm', 'site/tool-1.0-1.noarch.rpm']) {
    const sum = (await run(['sha256sum', join(world.dir, path)])).stdout.slice(0, 64);
    expect(JSON.stringify(steps)).toContain(`sha256:${sum}`);
  }
});

test('a locked build makes what a free one made when the lock was made', async () => {
  const unlocked = await build({});
  built = await locked();
  expect(built.problems).toEqual([]);
  expect(built.packages).toEqual(unlocked.packages);
  expect(built.packages).toContain('agent-2.0');
  expect(built.origins).toEqual(unlocked.origins);
});

test('with kept packages and no repository the same packages come in', async () => {
  server.faults.set('/', 'missing');
  const asked = server.asked.length;
  const [site, away] = [join(world.dir, 'site'), join(world.dir, 'away')];
  await run(['mv', site, away]);
  await mkdir(site);
  await writeFile(join(site, 'damaged.rpm'), 'no package');
  const offline = await locked({ keepPackages: kept() });
  await rm(site, { recursive: true });
  await run(['mv', away, site]);
  expect(offline.problems).toEqual([]);
  expect(offline.packages).toEqual(built.packages);
  expect(offline.origins).toEqual(built.origins);
  expect(server.asked.length).toBe(asked);
});

testInLong(
  'packages that are gone, and those with other bytes, are all named, and nothing is built',
  async () => {
    await run(['cp', '-a', os(), `${os()}.good`]);
    await rm(join(os(), 'app-1.0-1.noarch.rpm'));
    await run(['rpmsign', '--delsign', join(os(), 'agent-1.0-1.noarch.rpm')]);
    await renewMetadata();
    const outcome = await locked();
    expect(outcome.packages).toBeUndefined();
    expect(outcome.problems.map(({ message }) => message.replace(/sha256:\w+/g, 'SUM'))).toEqual([
      expect.stringMatching(/^agent 1\.0-1 .* its bytes are others now \(SUM, not SUM\)\.$/),
      expect.stringMatching(/^app 1\.0-1 \(noarch\) of the lock .* it is gone\.$/),
    ]);
    expect(existsSync(join(builder.image, 'rootimg'))).toBe(false);
    await rm(os(), { recursive: true });
    await run(['mv', `${os()}.good`, os()]);
  },
);

/** Puts newer versions into the distribution's repository, as its next release does. */
async function publish(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const lines = [`Name: ${name}`, 'Version: 2.0', 'Release: 1', 'Summary: tiny', 'License: none'];
    const more = name === 'app' ? ['Requires: library'] : [];
    const text = [...lines, ...more, 'BuildArch: noarch', '%description', 'tiny', '%files', ''];
    const spec = await builder.list(`${name}.spec`, text);
    const format = '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm';
    const places = [`_rpmdir ${os()}`, `_rpmfilename ${format}`, `_topdir ${builder.base}/top`];
    await run(['rpmbuild', '-bb', '--quiet', ...places.flatMap((one) => ['--define', one]), spec]);
  }
  await renewMetadata();
}

testInLong(
  'newer packages change nothing in a locked build; --update-lock moves those it is told to',
  async () => {
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
    expect((await update()).stdout).toMatch(/↑ app 1\.0-1 → 2\.0-1/);
  },
);

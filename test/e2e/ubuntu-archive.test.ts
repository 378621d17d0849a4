import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { ensureSampleArchive, type SampleArchive } from '../../tools/sample-archive/index.ts';
import { buildLockSchema } from '../../src/plan/build-lock.ts';
import { shownPlanSchema } from '../../src/plan/shown-plan.ts';
import { testInLong } from '../lib/amount.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { type PackageServer, servePackages } from './lib/package-server.ts';

let archive: SampleArchive;
let admin: Administrator;
let server: PackageServer;
beforeAll(async () => {
  archive = await ensureSampleArchive(silentReporter());
  admin = await administrator();
  server = await servePackages(dirname(archive.mirror));
  await writeFile(join(admin.base, 'etc/config.yaml'), `keys: [${archive.keyFile}]\n`);
});
afterAll(async () => {
  server?.close();
  await admin?.leave();
});

const folderOf = (osvers: string) => join(admin.installdir, `netboot/${osvers}/${archive.arch}/compute`);
const manifestOf = async (osvers: string) =>
  JSON.parse(await readFile(join(folderOf(osvers), 'manifest.json'), 'utf8'));

/** Packs the image of this release by its profile, and boots it. */
async function expectToBoot(osvers: string): Promise<void> {
  const image = `${osvers}-${archive.arch}-netboot-compute`;
  const packed = await admin.type('packimage', '-m', 'squashfs', image);
  expect(packed.status, packed.stderr).toBe(0);
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.status, booted.stderr).toBe(0);
  const report = JSON.parse(await readFile(join(folderOf(osvers), 'boot.json'), 'utf8'));
  expect(report).toMatchObject({ ok: true, failedUnits: [] });
}

/** Of the list of the profile. */
const fromProfile = ['linux-image-generic', 'dracut', 'openssh-server'];

/** What the lock of the image of this release says; the lock goes. */
async function takeLock(osvers: string) {
  const file = join(admin.base, 'etc/osimage', `${osvers}-${archive.arch}-netboot-compute.lock`);
  const { repositories, steps } = buildLockSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  await rm(file);
  return { repositories, packages: steps.flatMap(({ packages }) => packages) };
}

const mirrorRepositories = () =>
  ['jammy', 'jammy-updates', 'jammy-security'].map((suite, index) => ({
    id: `pkgdir-${index}`,
    url: `${server.address}/ubuntu`,
    suite,
  }));

test("the profile of an image asks the site's mirror, and gets the newest of each suite", async () => {
  const site = ['-t', 'site', '-o', 'clustersite'];
  await admin.type('chdef', ...site, `ubuntu_apt_mirror=${server.address}/ubuntu`);
  const list = join(admin.installdir, 'custom/netboot/ubuntu/compute.otherpkgs.pkglist');
  await run(['mkdir', '-p', dirname(list)]);
  await writeFile(list, 'site-agent\n');

  const planned = await admin.type('genimage', '--dryrun', '--json', '-o', 'ubuntu22.04', '-p', 'compute');
  expect(planned.status, planned.stderr).toBe(0);
  const { plan } = shownPlanSchema.parse(JSON.parse(planned.stdout));
  const listOf = (role: string) => plan?.files.find((file) => file.role === role)?.path;
  expect(listOf('otherpkglist')).toBe(list);
  // A lock is of an image with a definition.
  const image = `ubuntu22.04-${archive.arch}-netboot-compute`;
  const made = await admin.type(
    ...(['mkdef', '-t', 'osimage', '-o', image, 'imagetype=linux', 'provmethod=netboot'] as const),
    ...['profile=compute', 'osvers=ubuntu22.04', `osarch=${archive.arch}`, `otherpkglist=${list}`],
    `pkglist=${listOf('pkglist')}`,
  );
  expect(made.status, made.stderr).toBe(0);
  const locked = await admin.type('genimage', '--lock', image);
  expect(locked.status, locked.stderr).toBe(0);
  await admin.type('rmdef', '-t', 'osimage', '-o', image);
  const { repositories, packages } = await takeLock('ubuntu22.04');
  expect(repositories).toEqual(mirrorRepositories().map((one) => expect.objectContaining(one)));
  const versions = new Map(packages.map(({ name, version }) => [name, version]));
  expect(versions.get('site-agent')).toBe('1.2');
  expect(versions.get('base-files')).toBe('12ubuntu4.7');
  for (const name of fromProfile) expect(versions.has(name), name).toBe(true);
});

// debian-build builds and boots in each form, debian-elsewhere from this archive.
testInLong('an image is built of them, and comes up', async () => {
  const built = await admin.type('genimage', '-o', 'ubuntu22.04', '-p', 'compute');
  expect(built.status, built.stderr).toBe(0);
  const root = join(folderOf('ubuntu22.04'), 'rootimg');
  expect(await readFile(join(root, 'etc/os-release'), 'utf8')).toContain('VERSION="22.04.5 LTS');
  expect(await readFile(join(root, 'usr/share/site-agent/version'), 'utf8')).toBe('1.2\n');
  const { build } = await manifestOf('ubuntu22.04');
  expect(build.repositories).toEqual(mirrorRepositories().map((one) => ({ ...one, gpgcheck: true })));
  await expectToBoot('ubuntu22.04');
  await rm(folderOf('ubuntu22.04'), { recursive: true });
});

/** An installation medium as Ubuntu has it, with the release alone. */
async function makeIso(): Promise<string> {
  const info = join(admin.base, 'info');
  await writeFile(info, 'Ubuntu-Server 22.04.5 LTS "Jammy Jellyfish" - Release amd64 (20240911)');
  const iso = join(admin.base, 'ubuntu.iso');
  const grafts = [
    `.disk/info=${info}`,
    `dists/jammy/=${archive.mirror}/dists/jammy`,
    `pool/=${archive.mirror}/pool`,
  ];
  const argv = ['xorriso', '-as', 'mkisofs', '-quiet', '-f', '-R', '-V', 'UBUNTU'];
  await run([...argv, '-o', iso, '-graft-points', ...grafts]);
  return iso;
}

const medium = 'ubuntu22.04.5';
const mediumImage = () => `${medium}-${archive.arch}-netboot-compute`;
const mediumRepository = () => ({
  ...{ id: 'pkgdir-0', suite: 'jammy' },
  url: `file://${admin.installdir}/${medium}/${archive.arch}`,
});

test('a copied medium has all that its default definition asks for', async () => {
  await admin.type('chdef', '-t', 'site', '-o', 'clustersite', 'ubuntu_apt_mirror=');
  const copied = await admin.type('copycds', await makeIso());
  expect(copied).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(join(admin.installdir, medium, archive.arch, 'dists/jammy/Release.gpg'))).toBe(true);
  const checked = await admin.type('rootimg', 'check', mediumImage());
  expect(checked.status, checked.stderr).toBe(0);
  const locked = await admin.type('genimage', '--lock', mediumImage());
  expect(locked.status, locked.stderr).toBe(0);
  const { repositories, packages } = await takeLock(medium);
  expect(repositories).toEqual([expect.objectContaining(mediumRepository())]);
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(fromProfile));
});

testInLong('an image is built from it, and packed', async () => {
  const built = await admin.type('genimage', mediumImage());
  expect(built.status, built.stderr).toBe(0);
  const root = join(folderOf(medium), 'rootimg');
  expect(await readFile(join(root, 'etc/os-release'), 'utf8')).toContain('VERSION="22.04 LTS');
  const { build } = await manifestOf(medium);
  expect(build.repositories).toEqual([{ ...mediumRepository(), gpgcheck: true }]);
  await expectToBoot(medium);
});

test('an archive signed by another key is refused', async () => {
  await writeFile(join(admin.base, 'etc/config.yaml'), `keys: [${archive.badKeyFile}]\n`);
  const { status, stderr } = await admin.type('genimage', '--fresh', mediumImage());
  expect(status).toBe(1);
  expect(stderr).toMatch(/signature|key/i);
});

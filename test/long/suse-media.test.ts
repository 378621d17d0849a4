import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { type Administrator, administrator } from '../e2e/lib/administrator.ts';
import { openPackageBuilder, type PackageBuilder } from '../e2e/lib/package-builder.ts';
import { isoOf, makeYastMedium, nameDisc } from '../e2e/lib/suse-media.ts';
import { makeTinyWorld, type TinyWorld } from '../e2e/lib/tiny-repository.ts';

/** From copied discs of SUSE to packages in a tree, by real zypper; the packages are tiny. */
let world: TinyWorld;
let admin: Administrator;
let builder: PackageBuilder;
const at = (path: string) => join(world.dir, path);

beforeAll(async () => {
  const repository = (path: string, ...names: string[]) => ({
    ...{ path, signedBy: 'good' as const },
    packages: names.map((name) => ({ name })),
  });
  world = await makeTinyWorld([
    repository('sles12', 'plain'),
    repository('kit', 'kit-tool'),
    repository('leap', 'plain'),
    repository('sle15/Module-Basesystem', 'plain'),
    repository('sle15/Product-SLES', 'of-the-server'),
    repository('sle15/Product-HPC', 'of-another-product'),
    repository('packages/Module-Legacy', 'old-tool'),
  ]);
  for (const folder of ['leap', 'sle15/Module-Basesystem']) {
    const name = 'tiny-base-1.0-1.x86_64.rpm';
    await copyFile(at(`sles12/${name}`), at(`${folder}/${name}`));
    await run(['createrepo_c', '--quiet', '--no-database', '--excludes', '*/*', at(folder)]);
  }
  for (const folder of ['sles12', 'kit']) {
    await makeYastMedium(at(folder), 'SUSE Linux Enterprise Server 12 SP5');
    await copyFile(world.goodKey, at(`${folder}/content.key`));
  }
  await nameDisc(at('sles12'), 'SLE-12-SP5-Server-DVD-x86_64-Build0421-Media1', 'SLES12-SP5 12.5-0');
  await nameDisc(at('kit'), 'SLE-12-SP5-SDK-DVD-x86_64-Build0421-Media1', 'sle-sdk 12.5-0', 2);
  await nameDisc(at('leap'), 'openSUSE-Leap-16.0-DVD-x86_64-Build1-Media1', 'openSUSE-Leap 16.0-1');
  await nameDisc(at('sle15'), 'SLE-15-SP6-Full-x86_64-Build709.1-Media1', 'SLES15-SP6 15.6-0');
  await nameDisc(at('packages'), 'SLE-15-SP6-Packages-x86_64-Build709.1-Media1', 'SLES15-SP6 15.6-0');
  admin = await administrator();
  builder = await openPackageBuilder();
  const site = ['-t', 'site', '-o', 'clustersite', `installdir=${join(builder.base, 'install')}`];
  expect((await admin.type('chdef', ...site)).status).toBe(0);
});
afterAll(async () => {
  await Promise.all([world?.leave(), builder?.leave(), admin?.leave()]);
});

/** Copies discs, and gives what `lsdef` says of the image that they define. */
async function copy(osvers: string, ...discs: readonly string[]): Promise<Record<string, string>> {
  const isos = [];
  for (const disc of discs) isos.push(await isoOf(at(disc), admin.base, disc));
  const copied = await admin.type('copycds', ...isos);
  expect(copied.status, copied.stdout + copied.stderr).toBe(0);
  const { stdout } = await admin.type('lsdef', '-t', 'osimage', '-o', `${osvers}-x86_64-netboot-compute`);
  return Object.fromEntries([...stdout.matchAll(/^ +(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value]));
}

async function fill(image: Record<string, string>, names: readonly string[]) {
  const pkglist = await builder.list('pkglist', names);
  const { osvers, pkgdir: srcdir } = image;
  return builder.build({ osvers: osvers ?? '', srcdir: srcdir ?? '', gpgkeys: world.goodKey, pkglist });
}

test("SLES 12: a disc of YaST's kind in its numbered folder, and the development kit beside it", async () => {
  const image = await copy('sles12.5', 'sles12', 'kit');
  expect(image['pkglist']).toMatch(/\/sles\/compute\.sles12\.x86_64\.pkglist$/);
  const outcome = await fill(image, ['plain', 'kit-tool']);
  expect(outcome.problems).toEqual([]);
  expect(outcome.packages).toEqual(['kit-tool-1.0', 'plain-1.0', 'tiny-base-1.0']);
  expect(outcome.origins['plain-1.0-1.noarch']).toMatch(/\/sles12\.5\/x86_64\/1$/);
  expect(outcome.origins['kit-tool-1.0-1.noarch']).toMatch(/\/sles12\.5\/x86_64\/sdk1$/);
});

test("what YaST's kind tells is enough for a lock, and for a build from it", async () => {
  const image = 'sles12.5-x86_64-netboot-compute';
  const pkglist = await builder.list('locked.pkglist', ['plain', 'kit-tool']);
  await admin.type('chdef', '-t', 'osimage', '-o', image, `pkglist=${pkglist}`, 'postinstall=', 'exlist=');
  const made = await admin.type('genimage', '--lock', image);
  expect(made.status, made.stdout + made.stderr).toBe(0);
  const lock = join(admin.base, 'etc/osimage', `${image}.lock`);
  const disc = join(builder.base, 'install/sles12.5/x86_64');
  const { exitCode, stdout } = await run([
    'sha256sum',
    join(disc, 'sdk1/suse/noarch/kit-tool-1.0-1.noarch.rpm'),
  ]);
  expect(exitCode).toBe(0);
  expect(await readFile(lock, 'utf8')).toContain(`sha256:${stdout.slice(0, 64)}`);
  const request = { osvers: 'sles12.5', imageName: image, srcdir: disc, pkglist, locked: lock, fresh: true };
  const outcome = await builder.build(request);
  expect(outcome.problems).toEqual([]);
  expect(outcome.packages).toEqual(['kit-tool-1.0', 'plain-1.0', 'tiny-base-1.0']);
});

test('Leap 16: one repository in the folder 1, with the lists of SLE 16', async () => {
  const image = await copy('leap16.0', 'leap');
  expect(image['pkglist']).toMatch(/\/sles\/compute\.sle16\.x86_64\.pkglist$/);
  const outcome = await fill(image, ['plain']);
  expect(outcome.packages).toEqual(['plain-1.0', 'tiny-base-1.0']);
});

test('SLE 15: modules of two discs; another product on them does not count; an absent module is named', async () => {
  const image = await copy('sle15.6', 'sle15', 'packages');
  const outcome = await fill(image, ['plain', 'old-tool', 'of-the-server']);
  expect(outcome.packages).toEqual(['of-the-server-1.0', 'old-tool-1.0', 'plain-1.0', 'tiny-base-1.0']);
  expect(outcome.origins['old-tool-1.0-1.noarch']).toMatch(/\/x86_64\/2\/Module-Legacy$/);
  const other = await fill(image, ['plain', 'of-another-product']);
  expect(other.problems).toMatchObject([{ code: 'package-missing' }]);
  expect(other.problems[0]?.hint).toMatch(
    /is without Module-Server-Applications, Module-HPC: copy the medium/,
  );
  await rm(join(builder.base, 'install/sle15.6/x86_64/1/Module-Basesystem'), { recursive: true });
  const checked = await admin.type('rootimg', 'check', 'sle15.6-x86_64-netboot-compute');
  expect(checked.status).toBe(1);
  expect(checked.stdout + checked.stderr).toContain('There is no Module-Basesystem');
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
let root: string;

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/**
 * A tree with one package of eight files with content, one that is empty by right, and one that the package
 * only names.
 */
beforeEach(async () => {
  world = makePackWorld();
  root = `${world.rootimgdir}/rootimg`;
  makeSmallTree(root);
  await world.define();
  const spec = world.write(
    'rpm/x.spec',
    `Name: tiny\nVersion: 1\nRelease: 2\nSummary: x\nLicense: x\nBuildArch: noarch\n%description\nx\n
%install\nmkdir -p %{buildroot}/bin; for name in ${names.join(' ')}; do echo $name >%{buildroot}/bin/$name; done
: >%{buildroot}/bin/nothing; echo ghost >%{buildroot}/bin/ghost\n%files\n/bin\n%ghost /bin/ghost\n`,
  );
  execFileSync('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${world.base}/rpm`, spec], {
    stdio: 'pipe',
  });
  const database = `${root}/var/lib/rpm`;
  mkdirSync(database, { recursive: true });
  const rpm = `${world.base}/rpm/RPMS/noarch/tiny-1-2.noarch.rpm`;
  const install = ['--justdb', '--nodeps', '--nosignature', '-i', rpm];
  execFileSync('rpm', ['--dbpath', database, ...install], { stdio: 'pipe' });
  for (const name of names) world.write(`image/rootimg/usr/bin/${name}`, `${name}\n`);
  for (const name of ['nothing', 'ghost', 'other', 'of', 'no', 'package']) {
    world.write(`image/rootimg/usr/bin/${name}`, '');
  }
});
afterEach(() => world.remove());

const pack = (words = '') => world.run(`packimage -c gzip ${words}myimg`);

test('files that a loss of power has emptied are not packed, but with --force', async () => {
  expect(await pack()).toMatchObject({ code: 0, stderr: expect.not.stringContaining('rpm') });
  for (const name of names.slice(0, 6)) truncateSync(`${root}/usr/bin/${name}`);
  const refused = await pack();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /^Error: 6 files of the image's packages are empty in .*\/rootimg\.\n {2}A host that loses power .*genimage --fresh myimg\. .*--force .*\n {2}\/usr\/bin\/a\n/,
  );
  expect(await pack('--force ')).toMatchObject({ code: 0 });
});

test('what a script has emptied, edited or removed does not count', async () => {
  for (const name of names.slice(0, 5)) truncateSync(`${root}/usr/bin/${name}`);
  writeFileSync(`${root}/usr/bin/f`, 'another');
  for (const name of ['g', 'h']) rmSync(`${root}/usr/bin/${name}`);
  expect(await pack()).toMatchObject({ code: 0 });
});

test('a database that makes no sense is said', async () => {
  writeFileSync(`${root}/var/lib/rpm/rpmdb.sqlite`, 'no database');
  const { code, stderr } = await pack();
  expect(code).toBe(0);
  expect(stderr).toContain('Warning: The package database of the image cannot be read');
});

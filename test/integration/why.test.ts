import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

let world: PackWorld;
let list: string;

beforeAll(async () => {
  world = makePackWorld();
  const root = `${world.rootimgdir}/rootimg`;
  makeSmallTree(root);
  mkdirSync(`${root}/etc/ssh`);
  writeFileSync(`${root}/etc/ssh/ssh_host_rsa_key`, 'x');
  list = world.write(
    'x.exlist',
    '# what nobody reads\n./usr/share/doc*\n+./usr/share/doc/keep/*\n*/top.txt\n',
  );
  await world.define({ exlist: list }, { timezone: 'US/Eastern' });
});
afterAll(() => world.remove());

const lines = async (path: string) =>
  (await world.run(`rootimg why myimg ${path}`)).stdout.split('\n').slice(0, -1);

test('each rule is named with its place, and what packimage does by itself', async () => {
  expect(await lines('/usr/share/doc/top.txt')).toEqual([
    '/usr/share/doc/top.txt: not packed',
    `  ${list}:2: './usr/share/doc*' leaves it out.`,
    `  ${list}:4: '*/top.txt' leaves it out.`,
  ]);
  expect(await lines('./usr/share/doc/keep/LICENSE')).toEqual([
    './usr/share/doc/keep/LICENSE: packed',
    `  ${list}:2: './usr/share/doc*' leaves it out.`,
    `  ${list}:3: '+./usr/share/doc/keep/*' takes it back in.`,
  ]);
  expect(await lines('usr/share/doc')).toEqual([
    'usr/share/doc: packed',
    `  ${list}:2: './usr/share/doc*' leaves it out.`,
    '  Packed all the same: a folder of something that is packed.',
  ]);
  expect(await lines('/etc/a.conf')).toEqual(['/etc/a.conf: packed', '  No rule concerns it.']);
  expect(await lines('/etc/nothing')).toEqual(['/etc/nothing: not packed', '  The tree does not have it.']);
  expect(await lines('/etc/ssh/ssh_host_rsa_key')).toEqual([
    '/etc/ssh/ssh_host_rsa_key: not packed',
    '  Left out because it belongs to one machine.',
  ]);
  expect((await lines('/opt/xcat/xcatinfo'))[1]).toContain('packimage itself puts it there');
});

test('the package is read in the database of the tree, which stays as it is', async () => {
  const top = `${world.base}/rpm`;
  const spec = world.write(
    'rpm/x.spec',
    `Name: tiny\nVersion: 1\nRelease: 2\nSummary: x\nLicense: x\nBuildArch: noarch\n%description\nx\n
%install\nmkdir -p %{buildroot}/usr/bin; echo app >%{buildroot}/usr/bin/app\n%files\n/usr/bin/app\n`,
  );
  execFileSync('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${top}`, spec], { stdio: 'pipe' });
  const database = `${world.rootimgdir}/rootimg/var/lib/rpm`;
  mkdirSync(database, { recursive: true });
  const rpm = `${top}/RPMS/noarch/tiny-1-2.noarch.rpm`;
  execFileSync('rpm', ['--dbpath', database, '--justdb', '--nodeps', '--nosignature', '-i', rpm], {
    stdio: 'pipe',
  });
  const state = () => execFileSync('ls', ['-l', '--time-style=full-iso', database]).toString();
  const before = state();
  expect(await lines('/usr/bin/app')).toEqual([
    '/usr/bin/app: packed',
    '  No rule concerns it.',
    '  package: tiny-1-2.noarch',
  ]);
  expect(state()).toBe(before);
  const { stdout } = await world.run('rootimg why --json myimg /usr/bin/app');
  expect(JSON.parse(stdout)).toMatchObject({ packed: true, package: 'tiny-1-2.noarch' });
  await world.run('packimage -c gzip myimg');
  const manifestPack = () => JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8')).pack;
  const pack = manifestPack();
  expect(pack.largestPackages).toEqual([{ nevra: 'tiny-1-2.noarch', bytes: 4 }]);
  // The database is read where it lies: a full temporary folder of this host keeps nothing from that.
  rmSync(`${world.rootimgdir}/manifest.json`);
  vi.stubEnv('TMPDIR', '/dev/null');
  const packed = await world.run('packimage -c gzip myimg');
  vi.unstubAllEnvs();
  expect(packed.code, packed.stderr).toBe(0);
  expect(manifestPack().largestPackages).toEqual(pack.largestPackages);
  // Changed by hand, after the last build and the last pack.
  execFileSync('rpm', ['--dbpath', database, '--justdb', '-e', 'tiny'], { stdio: 'pipe' });
  await world.run('packimage -c gzip myimg');
  const after = manifestPack();
  expect(after.packageDatabase).not.toBe(pack.packageDatabase);
  expect(after.largestPackages).toBe(undefined);
});

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageWord } from '../../../src/plan/package-id.ts';
import { compareDebVersions } from '../../../src/packages/deb/deb-version.ts';
import {
  checkDatabase,
  databaseDigest,
  largestPackages,
  packagedFiles,
  packageOf,
  unfinishedWarnings,
} from '../../../src/packages/database.ts';
import { installedPackages, packageOwners } from '../../../src/packages/installed.ts';
import { packageFormatOf } from '../../../src/packages/package-format.ts';
import { beginDpkg, dpkg, makeDeb, type TinyDeb } from '../../lib/debs.ts';

let base: string;
let root: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-dpkg-'));
  root = join(base, 'root');
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  symlinkSync('usr/bin', join(root, 'bin'));
  beginDpkg(root);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const install = (deb: TinyDeb) => dpkg(root, '--install', makeDeb(base, deb));
const status = () => join(root, 'var/lib/dpkg/status');

test('the comparison of versions is that of the real dpkg', () => {
  const word = fc.string({ unit: fc.constantFrom(...'0012359abz..~+-'), maxLength: 8 });
  const version = fc
    .tuple(fc.constantFrom('', '', '0:', '1:'), word)
    .map(([epoch, rest]) => `${epoch}0${rest}`.replace(/-+$/, ''));
  const pairs = fc.sample(fc.tuple(version, version), 200);
  const script =
    'while read a b; do dpkg --compare-versions "$a" lt "$b" && echo -1 && continue; \
dpkg --compare-versions "$a" gt "$b" && echo 1 || echo 0; done';
  const input = pairs.map((pair) => `${pair.join(' ')}\n`).join('');
  const real = execFileSync('sh', ['-c', script], { input, stdio: 'pipe' }).toString().trim().split('\n');
  const ours = pairs.map(([a, b]) => Math.sign(compareDebVersions(a, b)));
  expect(pairs.map((pair, at) => ({ pair, order: ours[at] }))).toEqual(
    pairs.map((pair, at) => ({ pair, order: Number(real[at]) })),
  );
});

test('what is installed, with a digest that changes with the files of a package', async () => {
  install({ name: 'tool', version: '2:1.0-1', files: { 'bin/tool': 'x' } });
  const [first] = await installedPackages(root, base, []);
  expect(first).toMatchObject({ type: 'deb', name: 'tool', version: '2:1.0-1', arch: 'all' });
  expect(first && packageWord(first)).toBe('tool_2:1.0-1_all');
  expect(first?.digest).toMatch(/^[0-9a-f]{64}$/);
  const database = await databaseDigest(root);
  install({ name: 'tool', version: '2:1.0-1', files: { 'bin/tool': 'y' } });
  expect((await installedPackages(root, base, []))[0]?.digest).not.toBe(first?.digest);
  install({ name: 'other' });
  expect(await databaseDigest(root)).not.toBe(database);
  expect(await largestPackages(root)).toEqual([
    { nevra: 'other_1_all', bytes: 3072 },
    { nevra: 'tool_2:1.0-1_all', bytes: 3072 },
  ]);
});

test('a file is found by each of its names, where a diversion has put it', async () => {
  install({ name: 'shell', files: { 'bin/sh': 'shell' } });
  install({ name: 'diverter' });
  const divert = ['--divert', '/bin/sh.real', '--rename', '--add', '/bin/sh'];
  execFileSync('dpkg-divert', ['--root', root, '--package', 'diverter', ...divert], { stdio: 'pipe' });
  install({ name: 'diverter', version: '2', files: { 'bin/sh': 'other' } });
  const owner = (path: string) => packageOf(root, new Set([path]));
  for (const prefix of ['/bin', '/usr/bin']) {
    expect(await owner(`${prefix}/sh`)).toBe('diverter_2_all');
    expect(await owner(`${prefix}/sh.real`)).toBe('shell_1_all');
  }
  expect(await owner('/usr/bin/nothing')).toBe(undefined);
  const owners = await packageOwners(root, ['/usr/bin/sh.real', '/bin/none']);
  expect([...owners].map(([path, { name }]) => [path, name])).toEqual([['/usr/bin/sh.real', 'shell']]);
  const sizes = new Map<string, boolean>();
  expect(await packagedFiles(root, (path, filled) => sizes.set(path, filled))).toBe('read');
  expect([sizes.get('/bin/sh'), sizes.get('/bin/sh.real')]).toEqual([true, true]);
});

test('a file that two architectures share has two owners, a folder of many none', async () => {
  const files = { 'usr/share/lib/data': 'x' };
  execFileSync('dpkg', [`--root=${root}`, '--add-architecture', 'i386'], { stdio: 'pipe' });
  for (const arch of ['amd64', 'i386']) install({ name: 'lib', arch, files, fields: 'Multi-Arch: same\n' });
  for (const name of ['b', 'c']) install({ name, files: { [`usr/share/lib/${name}`]: 'x' } });
  expect(await packageOf(root, new Set(['/usr/share/lib/data']))).toBe('lib_1_amd64, lib_1_i386');
  expect(await packageOf(root, new Set(['/usr/share/lib']))).toBe(undefined);
});

test('what packages give no content is told from what they do, conffiles too', async () => {
  const files = { 'usr/empty': '', 'usr/full': 'x', 'etc/empty.conf': '', 'etc/full.conf': 'x' };
  install({ name: 'one', files, conffiles: ['etc/empty.conf', 'etc/full.conf'] });
  const found: Record<string, boolean> = {};
  await packagedFiles(root, (path, filled) => (found[path] = filled));
  expect(found).toMatchObject({
    ...{ '/usr/empty': false, '/usr/full': true, '/etc/empty.conf': false, '/etc/full.conf': true },
    '/var/lib/dpkg/info/one.list': true,
  });
});

test('packages that dpkg has only unpacked are named', () => {
  dpkg(root, '--unpack', makeDeb(base, { name: 'one' }));
  expect(unfinishedWarnings(root)).toEqual([expect.stringContaining('one_1_all (unpacked)')]);
  dpkg(root, '--configure', 'one');
  expect(unfinishedWarnings(root)).toEqual([]);
});

test('of two databases that of the system counts', () => {
  const rpmdb = join(root, 'var/lib/rpm');
  expect(packageFormatOf(root)).toBe(undefined);
  install({ name: 'alien' });
  expect(packageFormatOf(root)).toBe('deb');
  mkdirSync(rpmdb, { recursive: true });
  execFileSync('rpm', ['--dbpath', rpmdb, '--initdb']);
  // EL with dpkg for single packages.
  expect(packageFormatOf(root)).toBe('rpm');
  // Debian with rpm.
  install({ name: 'base-files' });
  expect(packageFormatOf(root)).toBe('deb');
});

test('images that keep one file for each package, as those made without dpkg', async () => {
  rmSync(join(root, 'var/lib/dpkg'), { recursive: true });
  const folder = join(root, 'var/lib/dpkg/status.d');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'base-files'), 'Package: base-files\nVersion: 1\nArchitecture: amd64\n');
  writeFileSync(join(folder, 'base-files.md5sums'), `${'a'.repeat(32)}  ./etc/debian_version\n`);
  expect(packageFormatOf(root)).toBe('deb');
  expect(await packageOf(root, new Set(['/etc/debian_version']))).toBe('base-files_1_amd64');
});

test('a database that is none is refused by name and never waited for', () => {
  install({ name: 'one' });
  const list = join(root, 'var/lib/dpkg/info/one.list');
  for (const path of [status(), list]) {
    const text = readFileSync(path);
    const refused = (what: RegExp) => expect(() => checkDatabase(root)).toThrow(what);
    truncateSync(path, 1024 ** 4);
    refused(/has 1099511627776 bytes/);
    rmSync(path);
    execFileSync('mkfifo', [path]);
    refused(/is a pipe; a regular file was expected/);
    rmSync(path);
    symlinkSync('/etc/../../../../../../etc/hostname', path);
    expect(() => checkDatabase(root)).not.toThrow();
    rmSync(path);
    writeFileSync(path, text);
  }
});

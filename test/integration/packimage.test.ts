import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockImageDir } from '../../src/system/lock.ts';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;

beforeEach(() => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
});
afterEach(() => world.remove());

/** All members of the small tree that are no matter of the test. */
const plainMembers = [
  ...[
    '.',
    'bin',
    'bin/sh',
    'boot',
    'boot/grub2',
    'boot/grub2/grub.cfg',
    'boot/vmlinuz-5.14',
    'dev',
    'dev/initctl',
  ],
  ...[
    'dev/null',
    'dev/sda',
    'etc',
    'etc/.d',
    'etc/.d/.f',
    'etc/a.conf',
    'etc/ab.conf',
    'etc/b.conf',
    'etc/dangling',
  ],
  ...[
    'etc/empty',
    'etc/hard.conf',
    'etc/init.d',
    'etc/link',
    'etc/localtime',
    'etc/passwd',
    'etc/shadow',
    'home',
  ],
  ...[
    'home/u1',
    'opt',
    'opt/xcat',
    'opt/xcat/xcatinfo',
    'proc',
    'root',
    'tmp',
    'usr',
    'usr/bin',
    'usr/bin/app',
  ],
  ...['usr/bin/ping', 'var', 'var/empty', 'var/tmp', 'xcatpost'],
];
const shareMembers = [
  ...[
    'usr/share',
    'usr/share/doc',
    'usr/share/doc/drop',
    'usr/share/doc/drop/README',
    'usr/share/doc/drop/deep',
  ],
  ...[
    'usr/share/doc/drop/deep/file',
    'usr/share/doc/keep',
    'usr/share/doc/keep/LICENSE',
    'usr/share/doc/top.txt',
  ],
  ...[
    "usr/share/it's",
    'usr/share/my docs',
    'usr/share/my docs/a file',
    'usr/share/zoneinfo',
    'usr/share/zoneinfo/America',
  ],
  ...['usr/share/zoneinfo/America/New_York', 'usr/share/zoneinfo/US', 'usr/share/zoneinfo/US/Eastern'],
  ...['usr/share/zoneinfo/UTC', 'usr/share/é'],
];

/** Names in the published cpio archive, read by bsdtar. */
function members(): string[] {
  const listed = execFileSync('sh', ['-c', 'gzip -dc rootimg.cpio.gz | LC_ALL=C.UTF-8 bsdtar -tf -'], {
    cwd: world.rootimgdir,
    encoding: 'utf8',
  });
  // The list of attributes is no member of the tree.
  const names = listed.split('\n').slice(0, -1);
  return names.filter((name) => name !== '.rootimg-xattrs').sort();
}

async function packWith(exlist: string): Promise<{ stdout: string; stderr: string }> {
  await world.define({ exlist: world.write('my.exlist', exlist) });
  const { code, stdout, stderr } = await world.run('packimage -c gzip myimg');
  expect(code, stderr).toBe(0);
  return { stdout, stderr };
}

test('the lines that scripts read', async () => {
  const { stdout } = await packWith('./boot*\n');
  expect(stdout.split('\n').slice(0, 5)).toEqual([
    'No timezone defined in site table, skipping timezone /etc/localtime configuration',
    'No timezone defined in site table, skipping timezone exlist configuration',
    `Packing contents of ${world.rootimgdir}/rootimg`,
    'archive method:cpio',
    'compress method:gzip',
  ]);
  expect(world.published()).toEqual([
    'manifest.json',
    'rootimg',
    'rootimg.cpio.gz',
    'rootimg.cpio.gz.sha256',
  ]);
  expect(statSync(`${world.rootimgdir}/rootimg.cpio.gz`).mode & 0o777).toBe(0o644);

  const squashfs = await world.run('packimage -m squashfs myimg');
  expect(squashfs.stdout).toContain('archive method:squashfs\n');
  expect(squashfs.stdout).not.toContain('compress method');
  expect(world.published()).toEqual(['manifest.json', 'rootimg', 'rootimg.sfs', 'rootimg.sfs.sha256']);
});

const without = (gone: RegExp) => [...plainMembers, ...shareMembers].filter((path) => !gone.test(path));

test.each([
  ['an exact folder keeps what is in it, and that needs the folder', './usr/share/doc', without(/^$/)],
  ['a folder and all below', './usr/share/doc*', without(/share\/doc/)],
  ['what is below, not the folder', './usr/share/doc/*', without(/share\/doc\//)],
  [
    '+ takes back in',
    './usr/share*\n+./usr/share/doc/keep*',
    [...plainMembers, ...['usr/share', 'usr/share/doc', 'usr/share/doc/keep', 'usr/share/doc/keep/LICENSE']],
  ],
  [
    '+ before the pattern does as well',
    '+./usr/share/doc/keep*\n./usr/share*',
    [...plainMembers, ...['usr/share', 'usr/share/doc', 'usr/share/doc/keep', 'usr/share/doc/keep/LICENSE']],
  ],
  ['+ of what was never out is there once', './boot*\n+./etc/a.conf', without(/^boot/)],
  [
    '- is decoration, comments and blanks are none of the pattern',
    '# c\n-./boot*   \t\r\n\n./usr/share/my docs* # c\n',
    without(/^boot|my docs/),
  ],
  ['a quote is a character', "./usr/share/it's", without(/it's/)],
  [
    'classes and single characters',
    './usr/share/doc/[!k]*\n./etc/[ab].conf\n./etc/a?.conf',
    without(/doc\/[^k]|etc\/(a|b|ab)\.conf/),
  ],
  ['* matches / and dots', './etc/*.f\n*/drop/*e*', without(/\.f$|drop\/deep|drop\/README.*e/)],
  ['everything', '*', ['.']],
  ['bytes of UTF-8', './usr/share/é', without(/é/)],
  ['a name of the pack itself obeys too', './opt*\n./xcatpost', without(/^opt|^xcatpost/)],
])('exlist: %s', async (_, exlist, expected) => {
  await packWith(exlist);
  expect(members()).toEqual([...expected].sort());
});

test('exlists: several files, includes relative to the top list, a pattern that matched nothing is named', async () => {
  world.write('lists/inc/base', './usr/share/doc*\n+./usr/share/doc/keep*\n');
  const one = world.write('lists/one', '#INCLUDE:inc/base#\n');
  const two = world.write('lists/two', './boot*\n./nothing\n');
  await world.define({ exlist: `${one},${two}` });
  const { stdout, stderr } = await world.run('packimage -c gzip myimg');
  expect(stdout.match(/skipping timezone exlist/g)).toHaveLength(2);
  expect(stderr).toContain(`${two}:2: the pattern './nothing' matched nothing.`);
  expect(stderr).not.toContain('base');
  expect(members()).toEqual(without(/^boot|share\/doc\/(drop|top)/).sort());
});

test('a timezone: the link is set, its file and the link on the way survive the exlist', async () => {
  await world.define({ exlist: world.write('x', './usr/share*\n') }, { timezone: 'US/Eastern' });
  const { stdout } = await world.run('packimage -c gzip myimg');
  expect(stdout).not.toContain('timezone');
  expect(members().filter((path) => path.startsWith('usr/share'))).toEqual([
    ...[
      'usr/share',
      'usr/share/zoneinfo',
      'usr/share/zoneinfo/America',
      'usr/share/zoneinfo/America/New_York',
    ],
    ...['usr/share/zoneinfo/US', 'usr/share/zoneinfo/US/Eastern'],
  ]);
  const listing = shell(world.rootimgdir, 'gzip -dc rootimg.cpio.gz | bsdtar -tvf - etc/localtime');
  expect(listing).toContain('-> ../usr/share/zoneinfo/US/Eastern');
  const unknown = await (async () => {
    await world.define({}, { timezone: 'Mars/Olympus' });
    return world.run('packimage -c gzip myimg');
  })();
  expect(unknown.stderr).toContain(
    "Unable to set timezone to 'Mars/Olympus', check this is a valid timezone",
  );
});

test("root's password: from the store's hash or a file, locked with secureroot, locked and said so without", async () => {
  const shadow = () =>
    shell(world.rootimgdir, 'gzip -dc rootimg.cpio.gz | bsdtar -xOf - etc/shadow').split('\n')[0];
  await world.define();
  expect((await world.run('packimage -c gzip myimg')).stderr).toContain(
    'There is no password hash for root (site/root.password-hash beside config.yaml): root is locked in this image.',
  );
  expect(shadow()).toBe('root:*:13880:0:99999:7:::');
  world.write('home/site/root.password-hash', '$6$salt$hash\n');
  shell(world.base, 'chmod 600 home/site/root.password-hash');
  await world.run('packimage -c gzip myimg');
  expect(shadow()).toBe('root:$6$salt$hash:13880:0:99999:7:::');
  const own = world.write('own.hash', '$6$salt$own\n');
  shell(world.base, `chmod 600 ${own}`);
  await world.run(`packimage -c gzip --root-password-file ${own} myimg`);
  expect(shadow()).toBe('root:$6$salt$own:13880:0:99999:7:::');
  await world.define({}, { secureroot: '1' });
  await world.run('packimage -c gzip myimg');
  expect(shadow()).toBe('root:*:13880:0:99999:7:::');
});

test('synclists go in unless told otherwise, and the tree stays as it is', async () => {
  const source = world.write('sync/hosts', 'hosts\n');
  const list = world.write('my.synclist', `${source} -> /etc/hosts\nAPPEND:\n${source} -> /etc/a.conf\n`);
  await world.define({ synclists: list });
  await world.run('packimage -c gzip myimg');
  expect(members()).toContain('etc/hosts');
  expect(shell(world.rootimgdir, 'gzip -dc rootimg.cpio.gz | bsdtar -xOf - etc/a.conf')).toBe('a\nhosts\n');
  expect(readFileSync(`${world.rootimgdir}/rootimg/etc/a.conf`, 'utf8')).toBe('a\n');
  await world.run('packimage -c gzip --nosyncfiles myimg');
  expect(members()).not.toContain('etc/hosts');
});

test('identity of a machine, sockets and other file systems are not packed', async () => {
  const root = `${world.rootimgdir}/rootimg`;
  mkdirSync(`${root}/etc/ssh`);
  writeFileSync(`${root}/etc/ssh/ssh_host_ed25519_key`, 'secret');
  writeFileSync(`${root}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${root}/tmp/socket`, resolve));
  await world.define();
  const { stderr, stdout } = await world.run('packimage -c gzip myimg');
  server.close();
  expect(stdout).toContain('belongs to one machine: etc/ssh/ssh_host_ed25519_key');
  expect(stderr).toContain('Sockets are not packed: tmp/socket');
  expect(members()).not.toContain('etc/ssh/ssh_host_ed25519_key');
  expect(members()).not.toContain('tmp/socket');
  expect(shell(world.rootimgdir, 'gzip -dc rootimg.cpio.gz | bsdtar -xOf - etc/machine-id')).toBe('');
});

test('usage, help, version, obsolete options, unknown image, wrong methods', async () => {
  await world.define();
  const usage = await world.run('packimage');
  expect(usage).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Usage:\n {3}packimage \[-m\| --method=/),
  });
  expect(await world.run('packimage -h')).toEqual(usage);
  expect((await world.run('packimage -v')).stdout).toMatch(/\d/);
  const obsolete = await world.run('packimage -o rocky9.4 -p compute -a x86_64');
  expect(obsolete).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Error: -o, -p and -a options are obsoleted'),
  });
  expect(await world.run('packimage nope')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("'nope'"),
  });
  expect(await world.run('packimage -m cpio')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Error: An image name/),
  });
  expect(await world.run('packimage myimg other')).toMatchObject({ code: 1 });
  const wrong = await world.run('packimage -m zip -c bzip2 myimg');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain("Error: Invalid archive method 'zip' requested");
  expect(wrong.stderr).not.toContain('Known for');
  expect(wrong.stderr).toContain("Error: Invalid compress method 'bzip2' requested");
  expect(wrong.stdout).toContain('skipping timezone /etc/localtime');
  expect(world.published()).toEqual(['rootimg']);
  for (const epoch of ['yesterday', '-1', '999999999999']) {
    const { code, stderr } = await world.run('packimage myimg', { SOURCE_DATE_EPOCH: epoch });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `Error: SOURCE_DATE_EPOCH is '${epoch}': seconds since 1970 were expected.\n`,
    });
  }
  const bundled = await world.run('packimage -mtar -cgzip myimg');
  expect(bundled.stdout).toContain('archive method:tar\ncompress method:gzip\n');
});

test('no tree, an unfinished tree, a statelite image, a file too large for cpio: refused, nothing changed', async () => {
  await world.define({ provmethod: 'statelite' });
  expect(await world.run('packimage myimg')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('netboot'),
  });
  await world.define({ rootimgdir: `${world.base}/none` });
  expect(await world.run('packimage myimg')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Error: ${world.base}/none/rootimg does not exist`),
  });

  await world.define();
  const mark = { step: 'install packages', since: '2026-01-01T00:00:00Z', host: hostname(), pid: 1 };
  world.write('image/.rootimg-building.json', JSON.stringify(mark));
  expect(await world.run('packimage myimg')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/left unfinished by genimage at the step 'install packages'/),
  });
  shell(world.rootimgdir, 'rm .rootimg-building.json');

  truncateSync(`${world.rootimgdir}/rootimg/etc/empty`, 2 ** 32);
  const large = await world.run('packimage -c gzip myimg');
  expect(large).toMatchObject({ code: 1, stderr: expect.stringContaining('etc/empty (4294967296 bytes)') });
  expect(large.stderr).toContain('-m tar');
  expect(world.published()).toEqual(['rootimg']);
});

test('wrong words of config.yaml are told with their lines; those of an option are not its fault', async () => {
  await world.define();
  const config = world.write('home/config.yaml', 'packimage:\n  method: zip\n  compress: rar\n');
  const { code, stderr } = await world.run('packimage myimg');
  expect(code).toBe(1);
  expect(stderr).toContain(`Error: ${config}:2: Invalid archive method 'zip' requested\n`);
  expect(stderr).toContain(`Error: ${config}:3: Invalid compress method 'rar' requested\n`);
  const asked = await world.run('packimage -m zip myimg');
  expect(asked.stderr).toContain("Error: Invalid archive method 'zip' requested\n");
  expect(asked.stderr).not.toContain(config);
});

test('a held lock is an error at once that names the holder', async () => {
  await world.define();
  const release = await lockImageDir(world.rootimgdir, 'genimage myimg');
  try {
    const { code, stderr } = await world.run('packimage myimg');
    expect(code).toBe(1);
    expect(stderr).toContain(`is in use by genimage myimg on ${hostname()} (process ${process.pid})`);
    expect(stderr).toContain('or let packimage do so: --wait.');
  } finally {
    release();
  }
});

test('with --wait a build is waited for that has yet to make the tree, and it is named once', async () => {
  await world.define();
  shell(world.rootimgdir, 'mv rootimg ../tree');
  const release = await lockImageDir(world.rootimgdir, 'genimage myimg');
  const packing = world.run('packimage --wait -c gzip myimg');
  await sleep(2_500);
  expect(world.published()).toEqual([]);
  shell(world.rootimgdir, 'mv ../tree rootimg');
  release();
  const { code, stdout } = await packing;
  expect(code).toBe(0);
  expect(stdout.match(/is in use by genimage myimg .* Waiting …\n/g)).toHaveLength(1);
  expect(world.published()).toContain('rootimg.cpio.gz');
});

test('the tree keeps all but a renewed xcatinfo; the manifest keeps what the build wrote', async () => {
  await world.define();
  const state = () =>
    shell(`${world.rootimgdir}/rootimg`, 'find . ! -path "./opt*" -printf "%p %m %s %T@ %C@\\n" | sort');
  const before = state();
  const build = {
    schema: 1,
    image: { name: 'myimg', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' },
  };
  world.write('image/manifest.json', JSON.stringify({ ...build, later: 'kept' }));
  await world.run('packimage -c gzip myimg');
  const info = readFileSync(`${world.rootimgdir}/rootimg/opt/xcat/xcatinfo`, 'utf8');
  expect(info).toMatch(
    /^IMAGENAME='myimg'\nIMAGEUUID='[0-9a-f-]{36}'\nTIMESTAMP='\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}'\n$/,
  );
  expect(shell(world.rootimgdir, 'gzip -dc rootimg.cpio.gz | bsdtar -xOf - opt/xcat/xcatinfo')).toBe(info);
  expect(state()).toBe(before);
  const manifest = JSON.parse(readFileSync(`${world.rootimgdir}/manifest.json`, 'utf8'));
  expect(manifest.pack).toMatchObject({
    file: 'rootimg.cpio.gz',
    method: 'cpio',
    compressor: 'gzip',
    leftOut: 0,
  });
  expect(info).toContain(manifest.pack.uuid);
  await world.run('packimage -c gzip myimg');
  expect(readFileSync(`${world.rootimgdir}/rootimg/opt/xcat/xcatinfo`, 'utf8')).not.toContain(
    manifest.pack.uuid,
  );
});

test('a manifest that is damaged is told, once: the new one knows nothing of the build', async () => {
  await world.define();
  const path = world.write('image/manifest.json', '{"schema": 1, "ima');
  const first = await world.run('packimage -c gzip myimg');
  expect(first.stderr).toContain(
    `${path} is damaged, or of a newer rootimg: what it said of the build of 'myimg' is not in the new one.`,
  );
  expect([first.code, JSON.parse(readFileSync(path, 'utf8')).image.name]).toEqual([0, 'myimg']);
  expect((await world.run('packimage -c gzip myimg')).stderr).not.toContain('damaged');
});

test('older forms of the image go only when the new one stands', async () => {
  await world.define();
  for (const name of ['rootimg.gz', 'rootimg.sfs', 'rootimg.cpio.xz', 'rootimg.cpio.xz.sha256'])
    world.write(`image/${name}`, 'old');
  mkdirSync(`${world.rootimgdir}/rootimg.aside`);
  writeFileSync(`${world.rootimgdir}/rootimg/too-large`, '');
  truncateSync(`${world.rootimgdir}/rootimg/too-large`, 2 ** 32);
  await world.run('packimage myimg');
  expect(readFileSync(`${world.rootimgdir}/rootimg.sfs`, 'utf8')).toBe('old');
  truncateSync(`${world.rootimgdir}/rootimg/too-large`, 0);
  appendFileSync(`${world.rootimgdir}/rootimg.sfs`, 'x');
  await world.run('packimage -m squashfs myimg');
  expect(world.published()).toEqual([
    'manifest.json',
    'rootimg',
    'rootimg.aside',
    'rootimg.sfs',
    'rootimg.sfs.sha256',
  ]);
  expect(lstatSync(`${world.rootimgdir}/rootimg.sfs`).size).toBeGreaterThan(1000);
});

test.each([
  ['a file', 'touch image/rootimg', /image\/rootimg is not a folder: a tree was expected there/],
  ['a link in a circle', 'ln -s rootimg image/rootimg', /image\/rootimg cannot be used: .*link/],
  ['nothing', 'true', /image\/rootimg does not exist: there is nothing to pack/],
])('where %s is in the place of the tree, that is said', async (_, command, said) => {
  await world.define();
  shell(world.base, `rm -rf image/rootimg && ${command}`);
  const { code, stderr } = await world.run('packimage myimg');
  expect(code).toBe(1);
  expect(stderr).toMatch(said);
});

import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseManifest } from '../../src/plan/manifest.ts';
import { run } from '../../src/system/exec.ts';
import { testInLong } from '../lib/amount.ts';
import { type Builder, openBuilder } from './lib/builder.ts';

let builder: Builder;
let image: string;
let root: string;
let request: Record<string, string>;
let mountsBefore: string;

const text = (path: string) => readFileSync(join(root, path), 'utf8');

/** Writes down all that a postinstall script is given, and what uname says in and outside the image. */
const recorder = `#!/bin/sh
{ echo "args: $*"; env | grep -E '^(IMG_|SITE_)' | sort; echo "r: $(chroot "$1" uname -r)"; echo "m: $(chroot "$1" /bin/uname -m)"; echo "host: $(uname -r)"
  chroot "$1" systemctl start dbus.service; echo "start: $?"
  echo "interfaces: $(grep -c : /proc/net/dev)"
  echo "dev: $(ls "$1/dev" | tr '\\n' ' ')"; } >"$1/recorded"
echo "said by the script"
`;

beforeAll(async () => {
  builder = await openBuilder();
  const { base, sample, file } = builder;
  image = join(base, 'image');
  root = join(image, 'rootimg');
  mountsBefore = readFileSync('/proc/self/mounts', 'utf8');
  await mkdir(join(base, 'tftpboot'));
  await file('install/postscripts/xcatpostinit1.netboot', '#!/bin/sh\necho node\n');
  await file('install/postscripts/xcatpostinit1.service', '[Unit]\nDescription=postscripts\n');
  request = {
    pkglist: await file(
      'pkglist',
      [...sample.pkglist, '#NEW_INSTALL_LIST#', '#ENV:PASS=two#', 'site-agent', ''].join('\n'),
    ),
    otherpkglist: await file(
      'otherpkglist',
      ['site-base', '--site-remove-me', 'site/tools/site-remove-me', 'site/tools/site-hello', ''].join('\n'),
    ),
    postinstall: `${await file('post.sh', recorder, 0o755)} first second`,
    environvar: 'SITE_NAME=moon',
    nodebootif: 'eth0',
    otherifce: 'eth1,eth2',
    netdrivers: 'virtio_net.ko',
    rootlimit: '3g',
  };
  await builder.build(request);
});
afterAll(async () => {
  await builder?.leave();
});

test('tree, kernel, initrds, logs and manifest are there, and nothing else', async () => {
  expect((await readdir(image)).sort()).toEqual(
    [
      '.rootimg.lock',
      'initrd-stateless.gz',
      'initrd-statelite.gz',
      'kernel',
      'logs',
      'manifest.json',
      'rootimg',
    ].sort(),
  );
  expect(readdirSync(join(image, 'logs')).sort()).toEqual([
    'dnf.log',
    'dracut-drivers.log',
    'dracut.log',
    'postinstall-post.sh.log',
  ]);
  expect(statSync(join(image, 'initrd-stateless.gz')).ino).toBe(
    statSync(join(image, 'initrd-statelite.gz')).ino,
  );
  expect(statSync(join(image, 'kernel')).mode & 0o777).toBe(0o644);
});

test('the work of a first boot is done: the nodes find stamps that are not older than /usr', () => {
  const usr = statSync(join(root, 'usr')).mtimeMs;
  for (const stamp of ['etc/.updated', 'var/.updated'])
    expect(statSync(join(root, stamp)).mtimeMs).toBeGreaterThanOrEqual(usr);
  expect(text('etc/group')).toMatch(/^systemd-journal:/m);
});

test('kernel and initrds are also where nodes fetch them', () => {
  const there = join(builder.base, 'tftpboot/xcat/osimage/testimage');
  for (const name of ['kernel', 'initrd-stateless.gz', 'initrd-statelite.gz']) {
    expect(readFileSync(join(there, name)).equals(readFileSync(join(image, name))), name).toBe(true);
  }
});

test('the host is as it was: no mount, and nothing mounted or made below the tree', () => {
  expect(readFileSync('/proc/self/mounts', 'utf8')).toBe(mountsBefore);
  expect(readdirSync(join(root, 'dev')).sort()).toEqual(['null', 'urandom']);
  for (const name of ['proc', 'sys', 'run', 'tmp']) expect(readdirSync(join(root, name)), name).toEqual([]);
  expect(existsSync(join(root, 'root/.rpmdb'))).toBe(false);
  expect(existsSync(join(root, 'var/cache/dnf'))).toBe(false);
  expect(readdirSync(join(root, 'var/cache/ldconfig'))).toEqual([]);
});

test('the image’s own rpm knows its packages, from all passes and repositories', async () => {
  const { stdout } = await run(['chroot', root, 'rpm', '-qa', '--qf', '%{NAME}-%{VERSION}\n']);
  const names = stdout.split('\n');
  expect(names.filter((name) => name.startsWith('site-')).sort()).toEqual([
    'site-agent-1.1',
    'site-base-1.0',
    'site-hello-1.0',
  ]);
  expect(names.length).toBeGreaterThan(100);
});

test('dnf’s history is one file without its write-ahead log, and tells users too what was installed', async () => {
  expect(readdirSync(join(root, 'var/lib/dnf')).filter((name) => name.startsWith('history'))).toEqual([
    'history.sqlite',
  ]);
  // A copy, because dnf writes into the tree that it looks at.
  const copy = await mkdtemp(join(tmpdir(), 'rootimg-history-'));
  try {
    for (const folder of ['tmp', 'var/lib/dnf']) await mkdir(join(copy, folder), { recursive: true });
    for (const folder of [copy, join(copy, 'tmp')]) await chmod(folder, 0o777);
    await copyFile(join(root, 'var/lib/dnf/history.sqlite'), join(copy, 'var/lib/dnf/history.sqlite'));
    await writeFile(join(copy, 'dnf.conf'), '[main]\nlogdir=/tmp\ncachedir=/tmp\n');
    const user = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const dnf = ['dnf', `--config=${join(copy, 'dnf.conf')}`, `--installroot=${copy}`, '--releasever=9'];
    const ask = async (...who: string[]) =>
      (await run([...who, ...dnf, 'history', 'list', 'site-agent'], {})).stdout;
    const asUser = await ask(...user);
    expect(asUser).toMatch(/\| +Install +\|/);
    expect(await ask()).toBe(asUser);
    expect(await readFile(join(root, 'var/lib/dnf/history.sqlite'), 'latin1')).not.toContain(root);
  } finally {
    await rm(copy, { recursive: true });
  }
});

test('the steps of dnf fill a bar', () => {
  const last = builder.said.steps.filter(([step]) => step.startsWith('Installing ')).at(-1);
  expect(last?.[1]).toBe(last?.[2]);
  const most = Math.max(...builder.said.steps.map(([, , total]) => total ?? 0));
  expect(most).toBeGreaterThan(100);
});

test('the postinstall script got its arguments, its variables and the image’s uname', async () => {
  const { sample } = builder;
  const lines = text('recorded').split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      `args: ${root} ${sample.osvers} ${sample.arch} compute first second`,
      'IMG_NAME=testimage',
      `IMG_KERNELVERSION=${sample.kernelver}`,
      `IMG_ROOTIMGDIR=${root}`,
      `IMG_PKGLIST=${request['pkglist']}`,
      `IMG_OTHERPKGDIR=${sample.otherpkgdir}`,
      'SITE_NAME=moon',
      `r: ${sample.kernelver}`,
      `m: ${sample.arch}`,
      `host: ${(await run(['uname', '-r'])).stdout.trim()}`,
    ]),
  );
  expect(lines.find((line) => line.startsWith('dev: '))).toContain(' null ');
  expect(lines).toContain('start: 0');
  expect(builder.said.infos).toContain('post.sh: said by the script');
  expect(lstatSync(join(root, 'usr/bin/uname')).size).toBeGreaterThan(10_000);
});

test('the tree is customised as the contract says', () => {
  expect(text('etc/fstab').split('\n').at(-2)).toBe('compute_x86_64 / tmpfs rw 0 1');
  expect(text('etc/sysconfig/network')).toContain('NETWORKING=yes\n');
  expect(text('etc/sysconfig/network-scripts/ifcfg-eth0')).toMatch(
    /^ONBOOT=no\nBOOTPROTO=dhcp\nDEVICE=eth0\n/,
  );
  expect(text('etc/sysconfig/network-scripts/ifcfg-eth2')).toMatch(
    /^ONBOOT=yes\nBOOTPROTO=dhcp\nDEVICE=eth2\n/,
  );
  const keyfile = 'etc/NetworkManager/system-connections/eth0.nmconnection';
  expect(text(keyfile)).toContain('autoconnect=false');
  expect(statSync(join(root, keyfile)).mode & 0o777).toBe(0o600);
  expect(text('etc/securetty')).toMatch(/^ttyS0\nttyS1$/m);
  expect(existsSync(join(root, 'root/.bashrc'))).toBe(true);
  expect(text('etc/machine-id')).toBe('');
  expect(readdirSync(join(root, 'etc/ssh')).filter((name) => name.startsWith('ssh_host'))).toEqual([]);
  expect(statSync(join(root, 'dev/null')).isCharacterDevice()).toBe(true);
});

test('the script that runs the postscripts is installed and enabled', () => {
  expect(text('opt/xcat/xcatpostinit1')).toContain('echo node');
  expect(statSync(join(root, 'opt/xcat/xcatpostinit1')).mode & 0o777).toBe(0o755);
  const wants = 'etc/systemd/system/multi-user.target.wants/xcatpostinit1.service';
  expect(readlinkSync(join(root, wants))).toBe('../xcatpostinit1.service');
  expect(text(wants)).toContain('Description=postscripts');
});

test('the manifest tells packages, files, tools, initrd and times', async () => {
  const manifest = parseManifest(await readFile(join(image, 'manifest.json'), 'utf8'));
  const built = manifest?.build;
  expect(built).toMatchObject({
    kernelVersion: builder.sample.kernelver,
    host: { arch: 'x86_64' },
    initrd: { compressor: 'zstd', size: statSync(join(image, 'initrd-stateless.gz')).size },
  });
  expect(built?.initrd.modules).toEqual(expect.arrayContaining(['overlay', 'squashfs', 'virtio_net']));
  expect(built?.packages.length).toBeGreaterThan(100);
  expect(built?.packages.find(({ nevra }) => nevra.startsWith('site-hello-'))).toMatchObject({
    sha256header: expect.stringMatching(/^[0-9a-f]{64}$/),
    repository: `file://${builder.sample.otherpkgdir}/site/tools`,
  });
  const foreign = built?.packages.filter(
    ({ nevra, repository }) => repository === undefined && !nevra.startsWith('gpg-pubkey-'),
  );
  expect(foreign).toEqual([]);
  expect(built?.files.map(({ role }) => role).sort()).toEqual([
    'key',
    'otherpkglist',
    'pkglist',
    'postinstall',
  ]);
  expect(Object.keys(built?.tools ?? {}).sort()).toEqual(['dnf', 'dracut', 'node', 'rpm']);
  expect(built?.times['Make the initrd']).toBeGreaterThan(0);
});

test('the initrd holds our module, the drivers, and the limit of the root', async () => {
  const list = await run(['lsinitrd', join(image, 'initrd-stateless.gz')]);
  expect(list.stdout).toContain('rootimg');
  expect(list.stdout).toContain('/virtio_net.ko');
  const limit = await run([
    'lsinitrd',
    '-f',
    'usr/lib/rootimg/rootlimit',
    join(image, 'initrd-stateless.gz'),
  ]);
  expect(limit.stdout.trim()).toBe('3g');
});

// In npm test it does so with an image of one package: other-node.test.ts.
testInLong('--onlyinitrd makes the initrd anew and leaves the tree alone', async () => {
  const before = (await run(['find', root, '-printf', '%p %T@ %s\n'], {})).stdout;
  await rm(join(image, 'initrd-stateless.gz'));
  await builder.build({ ...request, onlyinitrd: true });
  expect((await run(['find', root, '-printf', '%p %T@ %s\n'], {})).stdout).toBe(before);
  expect(existsSync(join(image, 'initrd-stateless.gz'))).toBe(true);
  expect(
    parseManifest(await readFile(join(image, 'manifest.json'), 'utf8'))?.build?.packages.length,
  ).toBeGreaterThan(100);
});

test('a second build updates the tree in place: work by hand stays', async () => {
  await writeFile(join(root, 'etc/by-hand'), 'mine\n');
  const inode = statSync(root).ino;
  const pkglist = await builder.file('pkglist', [...builder.sample.pkglist, 'site-agent', ''].join('\n'));
  const { postinstall, netdrivers, rootlimit } = request;
  await builder.build({ pkglist, postinstall, netdrivers, rootlimit });
  expect(text('etc/by-hand')).toBe('mine\n');
  expect(statSync(root).ino).toBe(inode);
  expect(existsSync(join(image, '.rootimg-building.json'))).toBe(false);
});

test('an update that fails keeps the tree with its mark; the next build sets it aside and says so', async () => {
  const fails = await builder.file('fails.sh', '#!/bin/sh\nexit 3\n', 0o755);
  const small = await builder.file('small', 'bash\n');
  const kernel = readFileSync(join(image, 'kernel'));
  await expect(builder.build({ pkglist: small, postinstall: fails })).rejects.toThrow('exit status 3');
  expect(JSON.parse(readFileSync(join(image, '.rootimg-building.json'), 'utf8'))).toMatchObject({
    step: 'Run postinstall script fails.sh',
  });
  expect(text('etc/by-hand')).toBe('mine\n');
  expect(readFileSync(join(image, 'kernel')).equals(kernel)).toBe(true);
  await expect(builder.build({ pkglist: small, onlyinitrd: true })).rejects.toMatchObject({
    code: 'tree-unfinished',
  });
  await expect(builder.build({ pkglist: small })).rejects.toMatchObject({ code: 'kernel-missing' });
  const kept = readdirSync(image).find((name) => name.startsWith('rootimg.unfinished-'));
  expect(readFileSync(join(image, kept ?? '', 'etc/by-hand'), 'utf8')).toBe('mine\n');
  expect(builder.said.warnings.join('\n')).toContain(`kept as ${join(image, kept ?? '')}`);
  expect(existsSync(root)).toBe(false);
});

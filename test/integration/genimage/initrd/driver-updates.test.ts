import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { readMark } from '../../../../src/genimage/build-mark.ts';
import { mergeDriverUpdates } from '../../../../src/genimage/initrd/driver-updates.ts';
import { openLogs } from '../../../../src/genimage/logs.ts';
import { prepareTree } from '../../../../src/genimage/tree/prepare-tree.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { run } from '../../../../src/system/exec.ts';
import { aPlan } from '../../../unit/genimage/a-plan.ts';
import { plainTreePlace } from '../../../../src/system/tree/tree-place.ts';

const kernel = { version: '5.14.0-427', file: 'boot/vmlinuz-5.14.0-427' };
let base: string;
let root: string;
let warnings: string[];

async function put(path: string, content: string): Promise<string> {
  const full = join(base, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
  return full;
}

/** A real package that holds the files below `tree`. */
async function makeRpm(name: string, tree: string): Promise<string> {
  const spec = [
    ...[`Name: ${name}`, 'Version: 1', 'Release: 1', 'Summary: driver', 'License: MIT', 'BuildArch: noarch'],
    ...[
      'AutoReqProv: no',
      '%description',
      'driver',
      '%install',
      `mkdir -p %{buildroot}`,
      `cp -a ${tree}/. %{buildroot}/`,
    ],
    ...['%files', '/lib'],
  ];
  const file = await put(`${name}.spec`, `${spec.join('\n')}\n`);
  const defines = [
    '_binaries_in_noarch_packages_terminate_build 0',
    '__os_install_post %{nil}',
    `_rpmdir ${base}/rpms`,
  ];
  await run([
    'rpmbuild',
    '-bb',
    ...defines.flatMap((one) => ['--define', one]),
    `--define=_topdir ${base}/top`,
    file,
  ]);
  return join(base, `rpms/noarch/${name}-1-1.noarch.rpm`);
}

let rpm: string;
let iso: string;
let ext2: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-drivers-'));
  for (const name of ['one', 'two']) {
    await put(`rpm-tree/lib/modules/${kernel.version}/extra/net-${name}.ko`, `${name} of the rpm`);
  }
  await put('rpm-tree/lib/modules/4.18.0-1/extra/old.ko', 'old');
  await utimes(await put('rpm-tree/lib/firmware/net/one.bin', 'firmware'), 1e9, 1e9);
  await put('rpm-tree/lib/firmware/net.v2/two', 'without a suffix');
  await symlink('one.bin', join(base, 'rpm-tree/lib/firmware/net/relative.bin'));
  await symlink('/lib/firmware/net.v2/two', join(base, 'rpm-tree/lib/firmware/net/absolute.bin'));
  await symlink('/etc/passwd', join(base, 'rpm-tree/lib/firmware/net/of-the-host.bin'));
  await symlink('/etc', join(base, 'rpm-tree/lib/firmware/folder-of-the-host'));
  rpm = await makeRpm('kmod-net', join(base, 'rpm-tree'));
  await put(`inner-tree/lib/modules/${kernel.version}/extra/disk.ko.xz`, 'disk of the iso');
  const inner = await makeRpm('kmod-disk', join(base, 'inner-tree'));
  await put('iso-tree/rhdd3', 'Driver Update Disk version 3');
  for (const arch of ['x86_64', 'ppc64le'])
    await mkdir(join(base, 'iso-tree/rpms', arch), { recursive: true });
  await run(['cp', inner, join(base, 'iso-tree/rpms/x86_64')]);
  await run(['cp', rpm, join(base, 'iso-tree/rpms/ppc64le')]);
  iso = join(base, 'dd.iso');
  await run(['xorriso', '-as', 'mkisofs', '-quiet', '-R', '-V', 'OEMDRV', '-o', iso, join(base, 'iso-tree')]);
  await utimes(await put('ext2-tree/modules/plain.ko', 'plain of the image'), 1e9, 1e9);
  ext2 = join(base, 'dd.img');
  await run(['mkfs.ext2', '-q', '-d', join(base, 'ext2-tree'), ext2, '1M']);
});
beforeEach(async () => {
  root = join(await mkdtemp(join(base, 'image-')), 'rootimg');
  await mkdir(join(root, 'lib/modules', kernel.version, 'kernel'), { recursive: true });
  warnings = [];
});
afterAll(() => rm(base, { recursive: true }));

async function begin(
  paths: readonly string[],
  netdrivers: readonly string[],
  request: Partial<Build['plan']['request']> = {},
): Promise<Build> {
  const folder = dirname(root);
  const temporary = await mkdtemp(join(folder, 'tmp-'));
  const files = paths.map((path) => ({ path, sha256: '', role: 'driverupdate' as const }));
  const plan = aPlan({ netdrivers: [...netdrivers], files });
  return {
    ...{
      plan: { ...plan, request: { ...plan.request, ...request } },
      folder,
      root,
      place: plainTreePlace(folder),
      temporary,
      treeTemporary: temporary,
    },
    ...{ context: {} as Build['context'], reporter: silentReporter(), warnings, times: {} },
    logs: openLogs(join(temporary, 'logs'), join(folder, 'logs')),
    tree: { isNew: false, marked: false, changed: false },
  };
}

async function merge(
  paths: readonly string[],
  netdrivers: readonly string[],
  ignorekernelchk = false,
): Promise<readonly string[]> {
  return mergeDriverUpdates(await begin(paths, netdrivers, { ignorekernelchk }), kernel);
}

const module = (path: string) => readFileSync(join(root, 'lib/modules', kernel.version, path), 'utf8');

test('a driver package: all with allupdate, those named where some are, none without netdrivers', async () => {
  expect(await merge([rpm], [])).toEqual([]);
  expect(warnings.join()).toContain('no netdrivers are set');
  expect([...(await merge([rpm], ['allupdate']))].sort()).toEqual(['net_one', 'net_two']);
  expect(module('extra/net-one.ko')).toBe('one of the rpm');
  expect(readFileSync(join(root, 'lib/firmware/net/one.bin'), 'utf8')).toBe('firmware');
});

test('all firmware comes with its times; links mean what they mean in the image, never a file of this host', async () => {
  await mkdir(join(root, 'lib/firmware/net'), { recursive: true });
  await writeFile(join(root, 'lib/firmware/other.bin'), 'of the image');
  await symlink('../other.bin', join(root, 'lib/firmware/net/one.bin'));
  await merge([rpm], ['allupdate']);
  const firmware = (path: string) => join(root, 'lib/firmware', path);
  expect(readFileSync(firmware('net.v2/two'), 'utf8')).toBe('without a suffix');
  expect(readlinkSync(firmware('net/relative.bin'))).toBe('one.bin');
  expect(lstatSync(firmware('net/absolute.bin')).isFile()).toBe(true);
  expect(readFileSync(firmware('net/absolute.bin'), 'utf8')).toBe('without a suffix');
  expect(readdirSync(firmware('')).sort()).toEqual(['net', 'net.v2', 'other.bin']);
  expect(readdirSync(firmware('net')).sort()).toEqual(['absolute.bin', 'one.bin', 'relative.bin']);
  expect(readFileSync(firmware('other.bin'), 'utf8')).toBe('of the image');
  expect(statSync(firmware('net/one.bin')).mtimeMs).toBe(1e12);
});

test('--onlyinitrd marks the tree that driver updates change, and no other', async () => {
  const plain = await begin([], [], { onlyinitrd: true });
  await prepareTree(plain);
  expect(await readMark(plain.folder)).toBeUndefined();
  const build = await begin([rpm], ['allupdate'], { onlyinitrd: true });
  await prepareTree(build);
  await mergeDriverUpdates(build, kernel);
  expect(build.tree).toMatchObject({ marked: true, changed: true });
  expect(await readMark(build.folder)).toMatchObject({ step: 'Merge the driver updates' });
});

test('drivers that are named win over allupdate', async () => {
  expect(await merge([rpm], ['allupdate', 'net-two.ko'])).toEqual(['net_two']);
  expect(existsSync(join(root, 'lib/modules', kernel.version, 'extra/net-one.ko'))).toBe(false);
});

test('with updateonly a driver package brings what the kernel has, and what is named', async () => {
  await mkdir(join(root, 'lib/modules', kernel.version), { recursive: true });
  await writeFile(join(root, 'lib/modules', kernel.version, 'modules.dep'), 'kernel/net/net-one.ko.xz:\n');
  const has = (name: string) => existsSync(join(root, 'lib/modules', kernel.version, `extra/${name}.ko`));
  expect(await merge([rpm], ['updateonly'])).toEqual([]);
  expect([has('net-one'), has('net-two')]).toEqual([true, false]);
  expect(await merge([rpm], ['updateonly', 'net_two.ko'])).toEqual(['net_two']);
  expect([has('net-one'), has('net-two')]).toEqual([true, true]);
});

test('modules for another kernel are left out, and said so, unless --ignorekernelchk', async () => {
  await merge([rpm], ['allupdate']);
  expect(warnings.join()).toContain(`has modules for 4.18.0-1, not for the image's kernel ${kernel.version}`);
  expect(await merge([rpm], ['allupdate'], true)).toContain('old');
  expect(module('updates/old.ko')).toBe('old');
});

// A root without loop devices cannot read a file system in a file.
const withLoops = test.skipIf(!existsSync('/dev/loop-control'));

withLoops(
  'a driver disk: the packages of its architecture on an ISO file, plain modules in a file system',
  async () => {
    expect(await merge([iso, ext2], [])).toEqual(['disk', 'plain']);
    expect(module('extra/disk.ko.xz')).toBe('disk of the iso');
    expect(module('updates/plain.ko')).toBe('plain of the image');
    expect(statSync(join(root, 'lib/modules', kernel.version, 'updates/plain.ko')).mtimeMs).toBe(1e12);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain('dd.img');
  },
);

withLoops('a file with no driver in it is refused by name', async () => {
  await mkdir(join(base, 'nothing'), { recursive: true });
  const empty = join(base, 'empty.img');
  await run(['mkfs.ext2', '-q', '-d', join(base, 'nothing'), empty, '1M']);
  await expect(merge([empty], [])).rejects.toThrow(`neither a module nor firmware in ${empty}`);
});

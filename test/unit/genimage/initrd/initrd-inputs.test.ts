import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  readDracutConfiguration,
  readDriverSettings,
  wantsOneRun,
} from '../../../../src/genimage/initrd/dracut-configuration.ts';
import { digestInitrdInputs, uncountedMembers } from '../../../../src/genimage/initrd/initrd-inputs.ts';

let base: string;
let root: string;
const old = new Date('2020-01-01');

function put(path: string, content: string, time = old): void {
  const full = join(base, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  utimesSync(full, time, time);
}

const digestsOf = async (
  changes: { argv?: string[]; environment?: Record<string, string> } = {},
  members: string[] = [],
) =>
  digestInitrdInputs(root, {
    argv: ['dracut', '--force'],
    environment: { ROOTIMG_ROOTLIMIT: '' },
    kernelVersion: '5.14',
    configuration: await readDracutConfiguration(root),
    driverSettings: await readDriverSettings(root),
    dracutModuleDir: join(base, 'module'),
    ...changes,
  })(members);
const digest = async (...words: Parameters<typeof digestsOf>) => (await digestsOf(...words)).whole;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rootimg-inputs-'));
  root = join(base, 'root');
  put('module/module-setup.sh', 'install');
  put('root/usr/bin/bash', 'bash');
  put('root/usr/lib/modules/5.14/kernel/e1000.ko', 'e1000');
  put('root/usr/lib/modules/5.14/modules.dep', 'dep');
  put('root/etc/systemd/system.conf', 'conf');
  put('root/usr/lib/dracut/dracut.conf.d/site.conf', 'install_items+=" /opt/site/tool "\n');
  put('root/usr/share/doc/readme', 'text');
  put('root/var/log/dnf.log', 'log');
});
afterEach(() => rmSync(base, { recursive: true }));

test.each<[string, () => void]>([
  ['a program that came', () => put('root/usr/sbin/dhclient', 'new')],
  ['a program that went', () => rmSync(join(root, 'usr/bin/bash'))],
  ['a program of another size', () => put('root/usr/bin/bash', 'bash 2')],
  ['a program of another time', () => put('root/usr/bin/bash', 'hsab', new Date('2021-01-01'))],
  ['another mode', () => chmodSync(join(root, 'usr/bin/bash'), 0o700)],
  ['a module that came', () => put('root/usr/lib/modules/5.14/updates/e1000.ko', 'new')],
  ['an index of the same size and time', () => put('root/usr/lib/modules/5.14/modules.dep', 'ped')],
  ['configuration of the same size and time', () => put('root/etc/systemd/system.conf', 'fnoc')],
  ['a file that dracut is told to take from elsewhere', () => put('root/opt/site/tool', 'tool')],
  ['our own module', () => put('module/module-setup.sh', 'llatsni')],
  ['a link', () => symlinkSync('bash', join(root, 'usr/bin/sh'))],
])('%s counts', async (_, change) => {
  const before = await digest();
  change();
  expect(await digest()).not.toBe(before);
});

test.each<[string, () => void]>([
  ['a log', () => put('root/var/log/dnf.log', 'another log')],
  ['the message of the day', () => put('root/etc/motd', 'hello')],
  ['a file in a home', () => put('root/root/.bashrc', 'alias')],
  [
    'the time of a file written anew with the same content',
    () => put('root/etc/systemd/system.conf', 'conf', new Date()),
  ],
  ['documentation', () => put('root/usr/share/doc/x', 'text')],
])('%s does not count', async (_, change) => {
  const before = await digest();
  change();
  expect(await digest()).toBe(before);
});

test('the argv, the environment and the kernel count', async () => {
  const before = await digest();
  expect(await digest({ argv: ['dracut'] })).not.toBe(before);
  expect(await digest({ environment: { ROOTIMG_ROOTLIMIT: '3g' } })).not.toBe(before);
});

test('what an initrd took from a folder that does not count, counts from then on', async () => {
  put('root/var/lib/site/key', 'one');
  const members = uncountedMembers(['usr/bin/bash', 'var/lib/site/key', 'var/lib/none', 'root'], root);
  expect(members).toEqual(['var/lib/site/key']);
  const before = await digest({}, members);
  put('root/var/lib/site/key', 'two');
  expect(await digest({}, members)).not.toBe(before);
  rmSync(join(root, 'var/lib/site/key'));
  expect(await digest({}, members)).not.toBe(before);
});

test.each<[string, boolean, () => void]>([
  ['a file beside what a link for the drivers leads to', true, () => put('root/etc/modules.bak', 'x')],
  ['a unit', true, () => put('root/etc/systemd/system/site.service', 'unit')],
  [
    'what is read for the drivers in etc',
    false,
    () => put('root/etc/modprobe.d/site.conf', 'blacklist e1000'),
  ],
  ["dracut's configuration", false, () => put('root/etc/dracut.conf.d/site.conf', 'filesystems+=" xfs "')],
  ['a driver', false, () => put('root/usr/lib/modules/5.14/kernel/igb.ko', 'igb')],
  ['firmware', false, () => put('root/usr/lib/firmware/site.bin', 'bytes')],
  ['a program', false, () => put('root/usr/bin/udevadm', 'new')],
])('%s: the drivers stay the same: %s', async (_, same, change) => {
  const before = await digestsOf();
  change();
  const after = await digestsOf();
  expect(after.whole).not.toBe(before.whole);
  expect(after.drivers === before.drivers).toBe(same);
});

test('what the configuration names in etc, and what a link there leads to, decides drivers', async () => {
  put('root/etc/dracut.conf.d/site.conf', 'fw_dir+=" /etc/site-firmware "\n');
  put('root/etc/site-firmware/card.bin', 'one');
  put('root/etc/site/modprobe.conf', 'softdep a pre: b');
  mkdirSync(join(root, 'etc/modprobe.d'));
  symlinkSync('/etc/site/modprobe.conf', join(root, 'etc/modprobe.d/site.conf'));
  const before = await digestsOf();
  put('root/etc/site-firmware/card.bin', 'two', new Date());
  const firmware = await digestsOf();
  expect(firmware.drivers).not.toBe(before.drivers);
  put('root/etc/site/modprobe.conf', 'softdep a pre: c');
  expect((await digestsOf()).drivers).not.toBe(firmware.drivers);
});

test('one run is wanted where drivers must load first, also by a linked file', async () => {
  expect(wantsOneRun(await readDracutConfiguration(root))).toBe(false);
  put('root/etc/site/dracut.conf', '# force_drivers+=" not this "\nforce_drivers+=" nvme "\n');
  mkdirSync(join(root, 'etc/dracut.conf.d'));
  symlinkSync('../site/dracut.conf', join(root, 'etc/dracut.conf.d/site.conf'));
  expect(wantsOneRun(await readDracutConfiguration(root))).toBe(true);
  symlinkSync('loop.conf', join(root, 'etc/dracut.conf.d/loop.conf'));
  put('root/etc/site/dracut.conf', '# nothing');
  expect(wantsOneRun(await readDracutConfiguration(root))).toBe(false);
});

test('another argv is another initrd with other drivers', async () => {
  expect((await digestsOf({ argv: ['dracut'] })).drivers).not.toBe((await digestsOf()).drivers);
});

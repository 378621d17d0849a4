import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import { settleHostKeys } from '../../../../src/genimage/customise/host-keys.ts';
import { nameLocalhost } from '../../../../src/genimage/customise/hosts.ts';
import { forgetBuilder } from '../../../../src/genimage/customise/identity.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-identity-'));
});
afterEach(() => rm(root, { recursive: true }));

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), 'x');
  }
}
const read = (path: string) => readFile(join(root, path), 'utf8');
const build = (isNew: boolean) =>
  ({
    root,
    tree: { isNew, marked: true, changed: true },
    warnings,
    reporter: { warn: () => {} },
  }) as unknown as Build;
let warnings: string[];
beforeEach(() => {
  warnings = [];
});

const unit = 'etc/systemd/system/ssh-host-keys.service';
const link = 'etc/systemd/system/multi-user.target.wants/ssh-host-keys.service';
const key = 'etc/ssh/ssh_host_rsa_key';
const sshd = ['usr/lib/systemd/systemd', 'usr/bin/ssh-keygen', 'usr/sbin/sshd'];

test('where no package makes host keys on the node a unit of ours does, and those of a new tree go', async () => {
  await put(...sshd, key, `${key}.pub`, 'etc/ssh/sshd_config');
  await settleHostKeys(build(true));
  expect(await readdir(join(root, 'etc/ssh'))).toEqual(['sshd_config']);
  expect(await read(unit)).toContain('ExecStart=/usr/bin/ssh-keygen -A\n');
  expect(await readlink(join(root, link))).toBe('../ssh-host-keys.service');
  expect(warnings).toEqual([]);
});

test.each(['usr/lib/systemd/system/sshd-keygen@.service', 'usr/sbin/sshd-gen-keys-start'])(
  'a distribution with %s makes its own',
  async (own) => {
    await put(...sshd, own, key);
    await settleHostKeys(build(true));
    expect(existsSync(join(root, unit))).toBe(false);
    expect(existsSync(join(root, key))).toBe(false);
  },
);

test('a unit for first boots alone makes none on a stateless node', async () => {
  const own = 'usr/lib/systemd/system/sshd-keygen.service';
  await put(...sshd, own, key);
  await writeFile(join(root, own), '[Unit]\nConditionFirstBoot=yes\n');
  await settleHostKeys(build(true));
  expect(await read(unit)).toContain('ssh-keygen -A');
  expect(existsSync(join(root, key))).toBe(false);
});

test('keys of an older tree stay, and so does a unit that somebody changed', async () => {
  await put(...sshd, key, unit);
  await settleHostKeys(build(false));
  expect(await read(key)).toBe('x');
  expect(await read(unit)).toBe('x');
});

test('keys that nodes could not make are kept and said', async () => {
  await put(key);
  await settleHostKeys(build(true));
  expect(await read(key)).toBe('x');
  expect(warnings).toEqual([expect.stringContaining('all nodes share them')]);
});

test('name and name servers of the building host stay out of a new tree', async () => {
  await put('etc/hostname', 'etc/resolv.conf');
  await forgetBuilder(build(false));
  expect(await read('etc/hostname')).toBe('x');
  await forgetBuilder(build(true));
  expect([await read('etc/hostname'), await read('etc/resolv.conf')]).toEqual(['', '']);
  await rm(join(root, 'etc/resolv.conf'));
  await symlink('../run/stub', join(root, 'etc/resolv.conf'));
  await forgetBuilder(build(true));
  expect(await readlink(join(root, 'etc/resolv.conf'))).toBe('../run/stub');
});

test('localhost has its address, unless the image has a file of its own', async () => {
  await nameLocalhost(build(true));
  expect(await read('etc/hosts')).toMatch(/^127\.0\.0\.1\tlocalhost\n/);
  await put('etc/hosts');
  await nameLocalhost(build(true));
  expect(await read('etc/hosts')).toBe('x');
});

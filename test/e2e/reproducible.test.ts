import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { amount } from '../lib/amount.ts';
import { hostCodename } from '../lib/debian-tree.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { sampleImage } from './lib/sample-image.ts';
import { lockImage, publishedDigests, treeDigest, typeOn, unlikeHosts } from './lib/unlike-hosts.ts';

/** Builds and packs `count` times on each host and gives what each came to. */
async function builds(admin: Administrator, image: string, count: number): Promise<Record<string, string>[]> {
  const all: Record<string, string>[] = [];
  for (let index = 0; index < count * unlikeHosts.length; index++) {
    const host = unlikeHosts[index % unlikeHosts.length] as (typeof unlikeHosts)[number];
    const base = join(admin.base, `host-${index}`);
    const folder = join(base, index % 2 === 0 ? 'image' : 'an/other/place');
    await typeOn(host, admin, base, ['chdef', '-t', 'osimage', '-o', image, `rootimgdir=${folder}`]);
    const words = ['--locked', '--reproducible', '--keep-packages', join(admin.base, 'kept'), image];
    await typeOn(host, admin, base, ['genimage', ...words]);
    const tree = await treeDigest(folder);
    await typeOn(host, admin, base, ['packimage', '--reproducible', '-m', 'squashfs', image]);
    all.push({ tree, ...(await publishedDigests(folder, 'rootimg.sfs')) });
    await rm(base, { recursive: true });
  }
  return all;
}

let admins: Administrator[] = [];
beforeAll(() => (admins = []));
afterAll(() => Promise.all(admins.map((one) => one.leave())));

const skip = process.arch !== 'x64';

test.skipIf(skip)('builds of an EL image from one lock are the same bytes', async () => {
  const admin = await sampleImage('el');
  admins.push(admin);
  await lockImage(admin, 'el');
  const [first, ...others] = await builds(admin, 'el', amount(1, 5));
  for (const other of others) expect(other).toEqual(first);
});

test.skipIf(skip || amount(0, 1) === 0)(
  'a second build tells whether a published image is what it says',
  async () => {
    const admin = await sampleImage('twice');
    admins.push(admin);
    const script = join(admin.base, 'chance.postinstall');
    await writeFile(script, '#!/bin/sh\necho settled >"$1/etc/site"\n', { mode: 0o755 });
    await admin.type('chdef', '-t', 'osimage', '-o', 'twice', `postinstall=${script}`);
    const kept = join(admin.base, 'kept');
    const build = async () => {
      await lockImage(admin, 'twice');
      const made = await admin.type(
        'genimage',
        '--locked',
        '--reproducible',
        '--keep-packages',
        kept,
        'twice',
      );
      expect(made.status, made.stderr).toBe(0);
      expect((await admin.type('packimage', '--reproducible', '-m', 'squashfs', 'twice')).status).toBe(0);
    };
    const verify = () => admin.type('rootimg', 'verify-build', '--quiet', '--keep-packages', kept, 'twice');
    await build();
    const all = async () => (await run(['find', admin.rootimgdir, '-printf', '%p %T@ %C@ %s\n'])).stdout;
    const before = await all();
    const same = await verify();
    expect(same.stdout + same.stderr).toContain('twice: built again, and every byte is the same.');
    expect(same.status).toBe(0);
    expect(await all()).toBe(before);
    await writeFile(join(admin.rootimgdir, 'rootimg/etc/site'), 'by hand\n');
    const byHand = await verify();
    expect(byHand).toMatchObject({ status: 1 });
    expect(byHand.stdout).toMatch(
      /differs in \/etc\/site: its content, from byte 0 on\. The published tree was changed/,
    );
    await writeFile(script, '#!/bin/sh\nhead -c 8 /dev/urandom >"$1/etc/site"\n', { mode: 0o755 });
    await rm(join(admin.base, 'etc/osimage/twice.lock'));
    await build();
    const chance = await verify();
    expect(chance).toMatchObject({ status: 1 });
    expect(chance.stdout).toMatch(/differs in \/etc\/site: its content.*No package brings it/);
  },
);

test.skipIf(skip || hostCodename() === undefined || amount(0, 1) === 0)(
  'builds of a Debian image from one lock are the same bytes',
  { timeout: 3_600_000 },
  async () => {
    const admin = await administrator();
    admins.push(admin);
    const pkglist = join(admin.base, 'deb.pkglist');
    const names = [
      ...[
        'linux-image-cloud-amd64',
        'systemd-sysv',
        'dracut',
        'dracut-network',
        'openssh-server',
        'iproute2',
      ],
      ...['iputils-arping', 'isc-dhcp-client', 'kmod', 'udev', 'curl', 'dbus', 'zstd', 'python3', 'man-db'],
    ];
    await writeFile(pkglist, `${names.join('\n')}\n`);
    const release = /^VERSION_ID="?(\d+)/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
    const made = await admin.type(
      ...(['mkdef', '-t', 'osimage', '-o', 'deb', 'imagetype=linux', 'provmethod=netboot'] as const),
      ...['profile=compute', `osvers=debian${release}`, 'osarch=x86_64', `pkglist=${pkglist}`],
      `rootimgdir=${join(admin.base, 'image')}`,
    );
    expect(made.status, made.stderr).toBe(0);
    await lockImage(admin, 'deb');
    const [first, ...others] = await builds(admin, 'deb', 5);
    for (const other of others) expect(other).toEqual(first);
  },
);

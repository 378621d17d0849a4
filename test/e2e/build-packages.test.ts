import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BuildRequest } from '../../src/plan/request.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { type Builder, openBuilder } from './lib/builder.ts';
import { makeTinyWorld, type TinyWorld } from './lib/tiny-repository.ts';

/**
 * What the package manager does, seen by a postinstall script that looks into the tree and then ends the
 * build: no initrd is needed for it.
 */
let builder: Builder;
/** A repository with a kernel that is newer than that of the sample. */
let newer: TinyWorld;
let server: Server;
let address: string;
let served: string[];
let look: string;

beforeAll(async () => {
  builder = await openBuilder();
  await builder.file('kernel-tree/boot/vmlinuz-99.0', 'kernel\n');
  await builder.file('kernel-tree/usr/lib/modules/99.0/modules.builtin', '');
  const tree = join(builder.base, 'kernel-tree');
  newer = await makeTinyWorld([
    { path: 'newer', signedBy: 'good', packages: [{ name: 'kernel', version: '99.0', tree }] },
  ]);
  look = await builder.file(
    'look.sh',
    `#!/bin/sh
{ chroot "$1" rpm -qa --qf '%{NAME}-%{VERSION}\\n' | sort; } >"${builder.base}/packages"
{ chroot "$1" rpm -E '%_dbpath'; ls "$1/var/lib/rpm" "$1/usr/lib/sysimage/rpm" 2>/dev/null; } >"${builder.base}/database"
exit 9
`,
    0o755,
  );
  server = createServer((request, response) => {
    const path = decodeURI(request.url ?? '');
    served.push(path);
    const file = join(builder.sample.otherpkgdir, path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.close();
  await newer?.leave();
  await builder?.leave();
});
beforeEach(async () => {
  served = [];
  await rm(join(builder.base, 'image'), { recursive: true, force: true });
});

const base = ['bash', 'coreutils', 'kernel', 'rpm'];

/** Builds until the script has looked, and gives the packages that it saw. */
async function packagesOf(changes: Partial<BuildRequest>, list: readonly string[] = base): Promise<string[]> {
  const pkglist = await builder.file('list', `${list.join('\n')}\n`);
  const work = builder.build({ pkglist, postinstall: look, ...changes });
  await expect(work).rejects.toThrow('exit status 9');
  return readFileSync(join(builder.base, 'packages'), 'utf8').split('\n');
}

test('a sub-repository over HTTP, removals before and after, and the update of everything', async () => {
  const otherpkglist = await builder.file(
    'other',
    '-site-agent\n--site-remove-me\nsite/tools/site-remove-me\nsite/tools/site-hello\n#NEW_INSTALL_LIST#\nsite-base\n',
  );
  const packages = await packagesOf({ otherpkglist, otherpkgdir: address }, [...base, 'site-agent']);
  expect(packages).toEqual(expect.arrayContaining(['site-hello-1.0', 'site-base-1.0']));
  expect(packages.join()).not.toMatch(/site-agent|site-remove-me/);
  expect(served).toContain('/site/tools/site-hello-1.0-1.noarch.rpm');
});

// What is updated without it is part of lock.test.ts.
const updates = [
  [true, 'site-agent-1.0'],
  [false, 'site-agent-1.1'],
] as const;
test.each(updates.slice(0, amount(1, 2)))('noupdate %s leaves %s', async (noupdate, agent) => {
  const otherpkglist = await builder.file('other', 'site-base\n');
  expect(await packagesOf({ otherpkglist, noupdate }, [...base, 'site-agent'])).toContain(agent);
});

test('kernelver and krpmver pin the kernel; one that is not there is an error with its line', async () => {
  const { kernelver, krpmver, pkgdir } = builder.sample;
  const srcdir = `${pkgdir},${newer.dir}/newer`;
  const kernels = async (changes: Partial<BuildRequest>) =>
    (await packagesOf({ srcdir, gpgkeys: newer.goodKey, ...changes }, [...base, 'kmod'])).filter((name) =>
      /^kernel-\d/.test(name),
    );
  expect(await kernels({ kernelver, krpmver })).toEqual([`kernel-${krpmver.split('-')[0]}`]);
  await rm(join(builder.base, 'image'), { recursive: true });
  expect(await kernels({})).toEqual(['kernel-99.0']);
  await rm(join(builder.base, 'image'), { recursive: true });
  const pkglist = await builder.file('list', 'bash\nkernel\n');
  await expect(builder.build({ pkglist, kernelver: '9.9.9-1' })).rejects.toMatchObject({
    problems: [
      { message: "No repository has the package 'kernel-9.9.9-1'.", origin: { file: pkglist, line: 2 } },
    ],
  });
});

test('a package that vanishes from the server in mid-download fails the build and leaves no tree', async () => {
  const otherpkglist = await builder.file('other', 'site-base\n');
  const pkglist = await builder.file('list', `${base.join('\n')}\n`);
  const real = server.listeners('request')[0] as (...words: unknown[]) => void;
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (request.url?.endsWith('.rpm')) response.writeHead(404).end();
    else real(request, response);
  });
  const work = builder.build({ pkglist, otherpkglist, otherpkgdir: address });
  await expect(work).rejects.toMatchObject({ code: 'download-failed' });
  server.removeAllListeners('request');
  server.on('request', real);
  expect(readdirSync(join(builder.base, 'image')).sort()).toEqual(['.rootimg.lock', 'logs']);
});

// A small group is part of the lists of lock.test.ts, and is installed there.
testInLong('a group is installed as dnf knows it', async () => {
  const packages = await packagesOf({}, [`@${builder.sample.group}`, 'rpm', 'kernel']);
  expect(packages.length).toBeGreaterThan(60);
});

test('the database is moved to where the image’s own rpm looks', async () => {
  // A release 10 keeps it below /usr; the rpm of this repository looks in /var/lib/rpm.
  const packages = await packagesOf({ osvers: 'rocky10.0' });
  expect(packages.length).toBeGreaterThan(20);
  const seen = readFileSync(join(builder.base, 'database'), 'utf8');
  expect(seen).toMatch(/^\/var\/lib\/rpm\n/);
  expect(seen).toContain('rpmdb.sqlite');
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';
import { hostCodename } from '../lib/debian-tree.ts';
import { type DebianImage, debianImage } from './lib/debian-image.ts';
import { hostState, markDescendants } from './lib/host-state.ts';

/** A small image of this host's own Debian, from its mirror to a node. */
const image = 'debimage';
let admin: DebianImage;

const skip = hostCodename() === undefined || process.arch !== 'x64';

beforeAll(async () => {
  if (!skip) admin = await debianImage(image, 'own mirror');
});
afterAll(() => admin?.leave());

test.skipIf(skip)(
  'an image of the own release is built from the own mirror, and the host stays as it was',
  async () => {
    await markDescendants();
    const before = await hostState(admin.base);
    const built = await admin.type('genimage', image);
    expect(built.status, built.stdout + built.stderr).toBe(0);
    expect(await hostState(admin.base)).toEqual(before);
    const names = admin.installed();
    for (const name of ['openssh-server', 'site-tool', 'apt']) expect(names).toContain(name);
    expect(names).not.toContain('bc');
  },
);

test.skipIf(skip)('nothing of the build stays in the image, and its sources are those of the host', () => {
  const gone = [
    'usr/sbin/policy-rc.d',
    'etc/apt/sources.list',
    'etc/resolv.conf',
    'run/rootimg',
    'mnt/pkgdir',
  ];
  expect(gone.filter((path) => existsSync(join(admin.root, path)))).toEqual([]);
  const names = (folder: string) => readdirSync(join(admin.root, folder));
  expect(names('boot').filter((name) => name.startsWith('initrd'))).toEqual([]);
  expect(names('etc/apt/sources.list.d')).toEqual(['rootimg.sources']);
  expect(names('etc/apt/apt.conf.d').join()).not.toContain('mmdebstrap');
  expect(names('dev').sort()).toEqual(['null', 'urandom']);
  const sources = readFileSync(join(admin.root, 'etc/apt/sources.list.d/rootimg.sources'), 'utf8');
  expect(sources).toMatch(/^URIs: http/m);
  expect(sources).not.toMatch(/copy:|file:|Trusted/);
});

test.skipIf(skip)('the manifest says which repository each package came from', async () => {
  const manifest = JSON.parse(await readFile(join(admin.rootimgdir, 'manifest.json'), 'utf8')) as {
    build: { packages: { nevra: string; repository?: string }[]; tools: Record<string, string> };
  };
  const { packages, tools } = manifest.build;
  expect(packages.filter(({ repository }) => repository === undefined)).toEqual([]);
  expect(packages.find(({ nevra }) => nevra.startsWith('site-tool_'))?.repository).toContain('others/site');
  expect(Object.keys(tools)).toEqual(expect.arrayContaining(['apt', 'dpkg', 'mmdebstrap', 'dracut']));
});

test.skipIf(skip)('check finds nothing to say, and why knows the packages', async () => {
  const { status, stdout, stderr } = await admin.type('rootimg', 'check', image);
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toContain(`${image}: no errors`);
  const why = async (what: string) => (await admin.type('rootimg', 'why', image, what)).stdout;
  expect(await why('/usr/sbin/sshd')).toMatch(/ openssh-server_1:\S+_amd64/);
  expect(await why('/opt/site/tool')).toContain('site-tool_1_all');
  expect(await why('site-tool')).toContain(`${join(admin.base, 'compute.otherpkgs.pkglist')}:2`);
});

// In npm test layers come from the cache with packages of dnf and zypper: fresh.test.ts, suse-build.test.ts.
test.skipIf(skip || amount(0, 1) === 0)('--fresh takes the packages of the cache', async () => {
  const fresh = await admin.type('genimage', '--fresh', image);
  expect(fresh.status, fresh.stdout + fresh.stderr).toBe(0);
  expect(fresh.stdout).toContain('from the cache');
  expect(fresh.stdout).not.toContain('Install packages');
  expect(admin.installed()).toContain('site-tool');
});

test.skipIf(skip)('it is packed, and comes up with no failed unit', async () => {
  const packed = await admin.type('packimage', '-m', 'squashfs', image);
  expect(packed.status, packed.stderr).toBe(0);
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.status, booted.stdout + booted.stderr).toBe(0);
  const report = JSON.parse(await readFile(join(admin.rootimgdir, 'boot.json'), 'utf8')) as object;
  expect(report).toMatchObject({ ok: true, targetState: 'active', failedUnits: [] });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeDeb } from '../lib/debs.ts';
import { hostCodename } from '../lib/debian-tree.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { hostState, markDescendants } from './lib/host-state.ts';

/** A small image of this host's own Debian, from the mirror that its apt is configured with. */
const image = 'debimage';
const pkglist = [
  ...['linux-image-cloud-amd64', 'systemd-sysv', 'dracut', 'dracut-network', 'openssh-server', 'iproute2'],
  ...['iputils-arping', 'isc-dhcp-client', 'kmod', 'udev', 'curl', 'dbus', 'procps', 'zstd', 'pigz', 'cpio'],
  ...['attr', 'nano'],
];

let admin: Administrator;
let rootimgdir: string;
let root: string;

const skip = hostCodename() === undefined || process.arch !== 'x64';

beforeAll(async () => {
  if (skip) return;
  admin = await administrator();
  rootimgdir = join(admin.installdir, 'image');
  root = join(rootimgdir, 'rootimg');
  const others = join(admin.base, 'others');
  await mkdir(join(others, 'site'), { recursive: true });
  makeDeb(join(others, 'site'), {
    name: 'site-tool',
    fields: 'Depends: attr\n',
    files: { 'opt/site/tool': '1\n' },
  });
  // A folder of plain files has no signature.
  const trusted = `repositories: [{url: '${others}', gpgcheck: false}]\n`;
  await writeFile(join(admin.base, 'etc/config.yaml'), trusted);
  const lists = [join(admin.base, 'compute.pkglist'), join(admin.base, 'compute.otherpkgs.pkglist')] as const;
  await writeFile(lists[0], `${pkglist.join('\n')}\n`);
  await writeFile(lists[1], '-nano\nsite/site-tool\n');
  const release = /^VERSION_ID="?(\d+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  const made = await admin.type(
    ...(['mkdef', '-t', 'osimage', '-o', image, 'imagetype=linux', 'provmethod=netboot'] as const),
    ...['profile=compute', `osvers=debian${release}`, 'osarch=x86_64', `pkglist=${lists[0]}`],
    ...[`otherpkglist=${lists[1]}`, `otherpkgdir=${others}`, `rootimgdir=${rootimgdir}`],
  );
  expect(made.status, made.stderr).toBe(0);
});
afterAll(() => admin?.leave());

/** Names of the installed packages. */
function installed(): Set<string> {
  const status = readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8').split('\n\n');
  const whole = status.filter((part) => part.includes('\nStatus: install ok installed\n'));
  return new Set(whole.map((part) => /^Package: (.*)$/m.exec(part)?.[1] ?? ''));
}

test.skipIf(skip)(
  'an image of the own release is built from the own mirror, and the host stays as it was',
  async () => {
    await markDescendants();
    const before = await hostState(admin.base);
    const built = await admin.type('genimage', image);
    expect(built.status, built.stdout + built.stderr).toBe(0);
    expect(await hostState(admin.base)).toEqual(before);
    const names = installed();
    for (const name of ['openssh-server', 'site-tool', 'apt']) expect(names).toContain(name);
    expect(names).not.toContain('nano');
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
  expect(gone.filter((path) => existsSync(join(root, path)))).toEqual([]);
  const names = (folder: string) => readdirSync(join(root, folder));
  expect(names('boot').filter((name) => name.startsWith('initrd'))).toEqual([]);
  expect(names('etc/apt/sources.list.d')).toEqual(['rootimg.sources']);
  expect(names('etc/apt/apt.conf.d').join()).not.toContain('mmdebstrap');
  expect(names('dev').sort()).toEqual(['null', 'urandom']);
  const sources = readFileSync(join(root, 'etc/apt/sources.list.d/rootimg.sources'), 'utf8');
  expect(sources).toMatch(/^URIs: http/m);
  expect(sources).not.toMatch(/copy:|file:|Trusted/);
});

test.skipIf(skip)('the manifest says which repository each package came from', async () => {
  const manifest = JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8')) as {
    build: { packages: { nevra: string; repository?: string }[]; tools: Record<string, string> };
  };
  const { packages, tools } = manifest.build;
  expect(packages.filter(({ repository }) => repository === undefined)).toEqual([]);
  expect(packages.find(({ nevra }) => nevra.startsWith('site-tool_'))?.repository).toContain('others/site');
  expect(Object.keys(tools)).toEqual(expect.arrayContaining(['apt', 'dpkg', 'mmdebstrap', 'dracut']));
});

test.skipIf(skip)('it is packed, and comes up with no failed unit', async () => {
  const packed = await admin.type('packimage', '-m', 'squashfs', image);
  expect(packed.status, packed.stderr).toBe(0);
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.status, booted.stdout + booted.stderr).toBe(0);
  const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8')) as object;
  expect(report).toMatchObject({ ok: true, targetState: 'active', failedUnits: [] });
});

test.skipIf(skip)(
  'a second build takes the packages from the cache, or changes the tree in its place',
  async () => {
    const fresh = await admin.type('genimage', '--fresh', image);
    expect(fresh.status, fresh.stdout + fresh.stderr).toBe(0);
    expect(fresh.stdout).toContain('from the cache');
    expect(fresh.stdout).not.toContain('Install packages');
    const again = await admin.type('genimage', image);
    expect(again.status, again.stdout + again.stderr).toBe(0);
    expect(installed()).toContain('site-tool');
  },
);

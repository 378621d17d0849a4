import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { amount } from '../lib/amount.ts';
import { makeDeb } from '../lib/debs.ts';
import { hostCodename } from '../lib/debian-tree.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { expectNothingLeft, killAt, signals } from '../long/lib/campaign.ts';
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

test.skipIf(skip)('check finds nothing to say, and why knows the packages', async () => {
  const { status, stdout, stderr } = await admin.type('rootimg', 'check', image);
  expect(status, stdout + stderr).toBe(0);
  expect(stdout).toContain(`${image}: no errors`);
  const why = async (what: string) => (await admin.type('rootimg', 'why', image, what)).stdout;
  expect(await why('/usr/sbin/sshd')).toMatch(/ openssh-server_1:\S+_amd64/);
  expect(await why('/opt/site/tool')).toContain('site-tool_1_all');
  expect(await why('site-tool')).toContain(`${join(admin.base, 'compute.otherpkgs.pkglist')}:2`);
});

/**
 * A host that does not have this checkout ($1): the kit ($2) is unpacked into a folder ($3), and the line ($4)
 * typed.
 */
const onOtherHost = `set -eu
mount -t tmpfs -o ro nothing "$1"
mkdir -p "$3"
tar -xf "$2" -C "$3"
cd /
exec env -i PATH="$PATH" HOME=/root ROOTIMG_CACHE="$ROOTIMG_CACHE" sh -c "$4"`;

/** Types a line there, in the folder of our family of the kit. */
async function typeOnOtherHost(line: string): Promise<string> {
  const [kit, place] = [join(admin.base, 'kit.tar'), join(admin.base, 'place')];
  const script = ['sh', '-c', onOtherHost, 'host', process.cwd(), kit, place];
  const argv = namespaceArgv([...script, `cd ${place}/netboot/debian; ${line}`]);
  const { exitCode, stdout, stderr } = await run(argv, { env: admin.env, okCodes: [0, 1, 2] });
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

test.skipIf(skip)(
  'the kit builds it on another host by the line of the dry run, in a folder there',
  async () => {
    const kit = ['kit', join(admin.base, 'kit.tar'), '--family', 'debian'];
    expect((await admin.type('rootimg', ...kit)).status).toBe(0);
    const dryRun = await admin.type('genimage', '--dryrun', '--stage', join(admin.base, 'local'), image);
    const line = /^cd \S+\/netboot\/debian; (.*)/m.exec(dryRun.stdout)?.[1] ?? '';
    await rename(root, `${root}.gone`);
    await typeOnOtherHost(line);
    expect(readdirSync(rootimgdir)).toContain('staged-tree.tar');
  },
);

test.skipIf(skip)('what came from there is packed, and comes up with no failed unit', async () => {
  const packed = await admin.type('packimage', '-m', 'squashfs', image);
  expect(packed.status, packed.stderr).toBe(0);
  expect(installed()).toContain('site-tool');
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.status, booted.stdout + booted.stderr).toBe(0);
  const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8')) as object;
  expect(report).toMatchObject({ ok: true, targetState: 'active', failedUnits: [] });
});

test.skipIf(skip)(
  'builds that are killed, of every kind, leave no mount, no process and no file',
  async () => {
    const before = await hostState(admin.base);
    const ways = [['--fresh', '--no-cache'], []];
    for (const [turn, signal] of signals.entries()) {
      for (const words of amount(1, 2) === 2 ? ways : ways.slice(turn % 2).slice(0, 1)) {
        await killAt(admin, ['genimage', ...words, image], signal, 2_000 + Math.random() * 8_000);
        await expectNothingLeft(admin);
        const temporary = readdirSync(rootimgdir).filter((name) => name.startsWith('.rootimg-tmp'));
        if (signal !== 'SIGKILL') expect(temporary).toEqual([]);
      }
    }
    expect(await hostState(admin.base)).toEqual(before);
  },
);

test.skipIf(skip)(
  'a plan builds it on another host, --fresh takes the packages of the cache, and then the tree changes in its place',
  async () => {
    const plan = join(admin.base, 'plan.json');
    const shown = await admin.type('genimage', '--dryrun', '--json', '--fresh', image);
    await writeFile(plan, shown.stdout);
    await typeOnOtherHost(`./genimage --plan ${plan}`);
    expect(readdirSync(rootimgdir).filter((name) => name.startsWith('.rootimg-tmp'))).toEqual([]);
    const fresh = await admin.type('genimage', '--fresh', image);
    expect(fresh.status, fresh.stdout + fresh.stderr).toBe(0);
    expect(fresh.stdout).toContain('from the cache');
    expect(fresh.stdout).not.toContain('Install packages');
    await writeFile(join(root, 'etc/by-hand'), 'mine\n');
    const again = await admin.type('genimage', image);
    expect(again.status, again.stdout + again.stderr).toBe(0);
    expect(installed()).toContain('site-tool');
    expect(existsSync(join(root, 'etc/by-hand'))).toBe(true);
  },
);

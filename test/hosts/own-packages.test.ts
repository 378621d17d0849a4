import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { nothing } from '../../tools/package/described.ts';
import { makeRpm } from '../../tools/package/rpm.ts';
import { ensureSampleRepository, type SampleRepository } from '../../tools/sample-repo/index.ts';
import { ensureHost, type HostRecipe, runOnHost } from './lib/host.ts';

const checkout = process.cwd();
let base: string;
let sample: SampleRepository;
/** Versions of the packages of the commit before and of this one. */
let former: string;
let current: string;

/** Makes the packages of a checkout and gives their version. */
async function makePackages(source: string, out: string, more: readonly string[]): Promise<string> {
  const words = ['dist/tools/package.mjs', '--out', out, '--key', join(base, 'key.asc'), ...more];
  await run([process.execPath, ...words], { cwd: source, timeout: 900_000 });
  const names = await readdir(join(out, 'deb'));
  return names.map((name) => /^rootimg_(.*)_all\.deb$/.exec(name)?.[1]).find(Boolean) as string;
}

beforeAll(async () => {
  sample = await ensureSampleRepository(silentReporter());
  base = await mkdtemp(join(tmpdir(), 'rootimg-own-packages-'));
  const env = { GNUPGHOME: await mkdtemp(join(base, 'gpg-')) };
  await run(['gpg', '--batch', '--passphrase', '', '--quick-gen-key', 'packager', 'rsa3072'], { env });
  const exported = join(base, 'key.asc');
  await run(['gpg', '--batch', '--armor', '--output', exported, '--export-secret-keys'], { env });
  await run(['gpgconf', '--kill', 'all'], { env });
  current = await makePackages(checkout, join(base, 'new'), ['--runtime', 'x86_64']);

  const before = join(base, 'before');
  await run(['git', 'clone', '--quiet', checkout, before]);
  await run(['git', '-C', before, 'checkout', '--quiet', 'HEAD~1']);
  await symlink(join(checkout, 'node_modules'), join(before, 'node_modules'));
  await run([process.execPath, 'tools/build.mjs'], { cwd: before });
  former = await makePackages(before, join(base, 'old'), []);
  await addNodeRpm();
}, 1_800_000);
afterAll(() => rm(base, { recursive: true, force: true }));

/** Node.js as an EL release has it, made from this machine's own. */
async function addNodeRpm(): Promise<void> {
  const work = await mkdtemp(join(base, 'node-'));
  const program = { path: '/usr/bin/node', content: await readFile(process.execPath), mode: 0o755 };
  const described = {
    ...{ name: 'nodejs', summary: 'Node.js', description: ['Node.js'], architecture: sample.arch },
    ...{ depends: nothing, recommends: nothing, suggests: nothing, conflicts: nothing },
    entries: [{ ...program, config: false }],
  };
  await mkdir(join(base, 'node'));
  await makeRpm(described, { version: process.versions.node, time: 0, work }, join(base, 'node'));
  await run(['createrepo_c', '--quiet', join(base, 'node')]);
}

/** What must fail: `!` alone never ends a shell that runs with -e. */
const not = 'not() { if "$@"; then return 1; fi; }';

/** An administrator's first steps, and what must be left of them after an upgrade. */
const steps = {
  use: `rootimg --version
mkdir -p /var/cache/rootimg/layers
test "$(readlink -f "$(command -v rootimg)")" = /opt/rootimg/bin/rootimg
not command -v genimage
rootimg doctor || test $? = 1
/opt/rootimg/bin/mkdef -t osimage -o first imagetype=linux osvers=rocky9.4 osarch=x86_64 profile=compute \
  provmethod=netboot rootimgdir=/srv/first
echo "# mine" >>/opt/rootimg/share/xcat/netboot/rocky/compute.rocky9.x86_64.pkglist`,
  stillThere: `rootimg --version
/opt/rootimg/bin/lsdef -t osimage first -i profile | grep -q profile=compute
tail -n 1 /opt/rootimg/share/xcat/netboot/rocky/compute.rocky9.x86_64.pkglist | grep -qx "# mine"`,
  gone: `test ! -e /usr/bin/rootimg
test ! -e /opt/rootimg/bin
find / -xdev -name "*rootimg*" -not -path "/proc/*" -not -path "BASE*" -not -path "/var/lib/dpkg/*" \
  -not -path "/var/log/*" -not -path "/var/lib/apt/*" -not -path "/var/cache/apt/*" -not -path "/etc/rootimg*" \
  -not -path "/opt/rootimg*" >/tmp/left; cat /tmp/left; test ! -s /tmp/left`,
};

const hosts: readonly (HostRecipe & { readonly node: string })[] = [
  { suite: 'bookworm', more: ['dnf'], node: 'rootimg-node-runtime' },
  { suite: 'trixie', more: ['nodejs'], node: '' },
  {
    suite: 'sid',
    more: ['nodejs'],
    aptOptions: ['Acquire::Check-Valid-Until "false"'],
    node: '',
  },
];

/** apt with our two repositories and no other. */
function byApt(node: string): string {
  const apt = 'apt-get -q -y -o APT::Sandbox::User=root --no-install-recommends';
  const names = `rootimg=${former} rootimg-netboot=${former}`;
  return `set -eux
${not}
export DEBIAN_FRONTEND=noninteractive
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/preferences.d/*
for one in old new; do
  echo "deb [signed-by=${base}/$one/deb/rootimg.asc] file:${base}/$one/deb ./" >/etc/apt/sources.list.d/$one.list
done
${apt} update
${apt} install ${names} ${node}
${steps.use}
rootimg init --yes
own=$(/opt/rootimg/bin/lsdef -t osimage | sed -n 's/ .*//; /^debian/p')
/opt/rootimg/bin/genimage --dryrun "$own" | grep -q './genimage '
${apt} install rootimg rootimg-netboot
${steps.stillThere}
not ${apt} --allow-downgrades install ${names} 2>/tmp/refused
cat /tmp/refused
grep -q "is installed, which is newer than ${former}" /tmp/refused
${steps.stillThere}
${apt} install rootimg-xcat-commands
genimage --help >/dev/null
${apt} purge rootimg rootimg-netboot rootimg-xcat-commands ${node}
${steps.gone.replace('BASE', base)}`;
}

describe.each(hosts)('on $suite', ({ node, ...recipe }) => {
  it('apt installs, upgrades and removes rootimg, and a downgrade is refused', async ({ skip }) => {
    const root = await ensureHost(recipe).catch((error: unknown) => {
      console.warn(`SKIPPED: ${recipe.suite} cannot be installed: ${String(error)}`);
      return skip(String(error));
    });
    const { exitCode, stdout, stderr } = await runOnHost(root, byApt(node), { work: base, readOnly: [] });
    if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`.slice(-6000));
  });
});

/** dnf of the host fills an EL-like root below $1, and the root's own shell tries what came. */
function byDnf(root: string): string {
  const dnf = [
    `dnf -q -y --installroot=${root} --releasever=9 --setopt=reposdir=${base}/repos`,
    '--setopt=install_weak_deps=False --setopt=keepcache=False',
  ].join(' ');
  return `set -eux
${not}
mkdir -p ${base}/repos ${root}
cat >${base}/repos/all.repo <<EOF
[sample]
name=sample
baseurl=file://${sample.pkgdir}
gpgcheck=0
[node]
name=node
baseurl=file://${base}/node
gpgcheck=0
[old]
name=old
baseurl=file://${base}/old/rpm
gpgcheck=0
repo_gpgcheck=1
gpgkey=file://${base}/old/rpm/rootimg.asc
[new]
name=new
baseurl=file://${base}/new/rpm
gpgcheck=0
repo_gpgcheck=1
gpgkey=file://${base}/new/rpm/rootimg.asc
EOF
${dnf} install bash coreutils sed grep gawk findutils libstdc++6 nodejs rootimg-${former} rootimg-netboot-${former}
try() { chroot ${root} /bin/bash -euxc '${not}
'"$1"; }
mkdir -p ${root}/srv ${root}/proc ${root}/dev
mount -t proc proc ${root}/proc
mount --rbind /dev ${root}/dev
try '${steps.use}'
${dnf} upgrade rootimg rootimg-netboot
try '${steps.stillThere}'
not ${dnf.replace(' -q', '')} downgrade rootimg-${former} rootimg-netboot-${former} >/tmp/refused 2>&1
cat /tmp/refused
grep -q "is installed, which is newer than ${former}" /tmp/refused
try '${steps.stillThere}'
${dnf} install rootimg-xcat-commands
try 'genimage --help >/dev/null'
${dnf} remove rootimg rootimg-netboot rootimg-xcat-commands
try '${steps.gone.replace('BASE', base)}'`;
}

it('dnf installs, upgrades and removes rootimg in an EL-like root, and a downgrade is refused', async () => {
  const host = await ensureHost({ suite: 'bookworm', more: ['dnf'] });
  const folders = { work: base, readOnly: [sample.pkgdir] };
  const { exitCode, stdout, stderr } = await runOnHost(host, byDnf(join(base, 'el')), folders);
  if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`.slice(-6000));
  expect(current).not.toBe(former);
});

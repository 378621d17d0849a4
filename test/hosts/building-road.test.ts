import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { withoutZstd } from '../lib/old-mksquashfs.ts';
import { ensureSampleRepository, type SampleRepository } from '../../tools/sample-repo/index.ts';
import { ensureHost, type HostFolders, type HostRecipe, runOnHost } from './lib/host.ts';
import { writeTable } from './lib/table.ts';

/** sid's Release file may be weeks old on a mirror that is seldom renewed. */
const stale = ['Acquire::Check-Valid-Until "false"'];
const hosts: readonly HostRecipe[] = [
  { suite: 'bullseye', more: ['dnf'] },
  { suite: 'bookworm', more: ['dnf'] },
  { suite: 'trixie', more: ['dnf'] },
  { suite: 'sid', more: ['dnf5'], aptOptions: stale },
];

/** Enough of a system for a kernel and an initrd: about 40 packages with what they need. */
const list = [
  ...['kernel', 'systemd', 'systemd-udev', 'dracut', 'dracut-network', 'bash', 'coreutils', 'util-linux'],
  ...[
    'curl',
    'cpio',
    'tar',
    'gzip',
    'zstd',
    'iproute',
    'gawk',
    'procps-ng',
    'dhcp-client',
    'iputils',
    'attr',
  ],
];

/** Programs of the host whose versions the table shows. */
const versions = [
  'rpm --version',
  'dnf --version || dnf5 --version',
  'unshare --version',
  'mksquashfs -version',
  'mkfs.erofs -V',
];

let base: string;
let sample: SampleRepository;
let folders: HostFolders;
const checkout = process.cwd();

beforeAll(async () => {
  sample = await ensureSampleRepository(silentReporter());
  base = await mkdtemp(join(tmpdir(), 'rootimg-hosts-'));
  await run([
    process.execPath,
    'bin/rootimg',
    'kit',
    join(base, 'kit.tar'),
    '--family',
    'rocky',
    '--node',
    process.execPath,
  ]);
  folders = { work: base, readOnly: [checkout, dirname(sample.pkgdir)] };
});
afterAll(async () => {
  await writeTable();
  await rm(base, { recursive: true, force: true });
});

/**
 * What an administrator types on the building host: the unpacked kit builds, and this checkout packs with the
 * kit's Node.js.
 */
function road(work: string, methods: readonly string[], path = ''): string {
  const kit = `${work}/netboot`;
  const words = [
    `-a ${sample.arch} -o ${sample.osvers} -p compute --srcdir ${sample.pkgdir}`,
    `--pkglist ${work}/pkglist --rootimgdir ${work}/image image`,
  ];
  return `set -eu
PATH=${path}$PATH
export ROOTIMG_HOME=${work}/etc ROOTIMG_CACHE=${work}/cache
mkdir -p ${kit}; tar -xf ${base}/kit.tar -C ${kit}
node=$(find ${kit} -name node -type f -perm -u+x | head -n 1)
cd ${kit}/netboot/rocky 2>/dev/null || cd ${kit}/rocky
./genimage ${words.join(' ')}
cd /
"$node" ${checkout}/bin/mkdef -f -t osimage -o image imagetype=linux osvers=${sample.osvers} osarch=${sample.arch} \
  profile=compute provmethod=netboot rootimgdir=${work}/image >/dev/null
${methods.map((method) => `"$node" ${checkout}/bin/packimage -m ${method} image`).join('\n')}`;
}

/** Gives what the road said, and the packed files. */
async function walk(root: string, name: string, methods: readonly string[], path = '') {
  const work = join(base, name);
  await mkdir(work);
  const names = list.filter((one) => sample.pkglist.includes(one));
  await writeFile(join(work, 'pkglist'), `${names.join('\n')}\n`);
  const started = performance.now();
  const { exitCode, stdout, stderr } = await runOnHost(root, road(work, methods, path), folders);
  const seconds = (performance.now() - started) / 1000;
  return { work, seconds, exitCode, said: `${stdout}\n${stderr}` };
}

describe.each(hosts)('on $suite', (recipe) => {
  let root: string;
  let reason: string | undefined;

  beforeAll(async () => {
    try {
      root = await ensureHost(recipe);
    } catch (error) {
      reason = `${recipe.suite} cannot be installed: ${error instanceof Error ? error.message : String(error)}`;
    }
  });

  it('an image is built and packed in three formats', async ({ skip }) => {
    if (reason !== undefined) {
      console.warn(`SKIPPED: ${reason}`);
      return skip(reason);
    }
    const asked = versions.map((command) => `{ ${command}; } 2>&1 | grep -m 1 "[0-9]\\.[0-9]"`).join('; ');
    const { stdout } = await runOnHost(root, asked, folders);
    const { work, exitCode, said, seconds } = await walk(root, recipe.suite, ['cpio', 'tar', 'squashfs']);
    if (exitCode !== 0) throw new Error(said);
    const files = ['kernel', 'initrd-stateless.gz', 'rootimg.sfs'].map((name) =>
      stat(join(work, 'image', name)),
    );
    for (const { size } of await Promise.all(files)) expect(size).toBeGreaterThan(1_000_000);
    await writeTable({ suite: recipe.suite, versions: stdout.trim().split('\n'), seconds });
    await rm(work, { recursive: true, force: true });
  });
});

it('squashfs-tools 4.3 pack with gzip, and what they lack is told by name', async () => {
  const root = await ensureHost({ suite: 'bookworm', more: ['dnf'] });
  const tools = join(base, 'old-tools');
  await mkdir(tools);
  const program = withoutZstd(await readFile(join(root, 'usr/bin/mksquashfs')));
  await writeFile(join(tools, 'mksquashfs'), program, { mode: 0o755 });
  const packed = await walk(root, 'old', ['squashfs'], `${tools}:`);
  if (packed.exitCode !== 0) throw new Error(packed.said);
  const { exitCode, said } = await walk(root, 'old-zstd', ['squashfs -c zstd'], `${tools}:`);
  expect(exitCode).toBe(1);
  expect(said).toContain('mksquashfs of this host does not know zstd');
});

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { ensureSampleArchive, type SampleArchive } from '../../tools/sample-archive/index.ts';
import { ensureHost, type HostRecipe, runOnHost } from './lib/host.ts';

/** Each with one of the two programs that make the base of a tree. */
const hosts: readonly HostRecipe[] = [
  { suite: 'bookworm', more: ['debootstrap'] },
  { suite: 'trixie', more: ['mmdebstrap'] },
  { suite: 'sid', more: ['mmdebstrap'], aptOptions: ['Acquire::Check-Valid-Until "false"'] },
];

const list = [
  ...['linux-image-generic', 'systemd-sysv', 'dracut', 'dracut-network', 'openssh-server', 'curl'],
  ...['iputils-arping', 'isc-dhcp-client', 'zstd'],
];

let base: string;
let archive: SampleArchive;
beforeAll(async () => {
  archive = await ensureSampleArchive(silentReporter());
  base = await mkdtemp(join(tmpdir(), 'rootimg-deb-hosts-'));
  const kit = ['kit', join(base, 'kit.tar'), '--family', 'ubuntu', '--node', process.execPath];
  await run([process.execPath, 'bin/rootimg', ...kit]);
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** Types genimage of the kit on a host. */
async function buildOn(recipe: HostRecipe, skip: (note: string) => never) {
  const root = await ensureHost(recipe).catch((error: unknown) => {
    console.warn(`SKIPPED: ${recipe.suite} cannot be installed: ${String(error)}`);
    return skip(`no ${recipe.suite}`);
  });
  const work = join(base, recipe.suite);
  await mkdir(work);
  await writeFile(join(work, 'pkglist'), `${list.join('\n')}\n`);
  const words = [
    ...[`-a ${archive.arch} -o ${archive.osvers} -p compute`, `--pkglist ${work}/pkglist`],
    ...[`--srcdir 'file://${archive.mirror} jammy main universe'`, `--gpgkeys ${archive.keyFile}`],
    ...[`--rootimgdir ${work}/image image`],
  ];
  const script = `set -eu
export ROOTIMG_HOME=${work}/etc ROOTIMG_CACHE=${work}/cache
mkdir ${work}/kit
tar -xf ${base}/kit.tar -C ${work}/kit
cd ${work}/kit/netboot/ubuntu
./genimage ${words.join(' ')}`;
  const folders = { work, readOnly: [base, dirname(archive.mirror)] };
  return { work, ...(await runOnHost(root, script, folders)) };
}

test.for(hosts)('the kit builds an Ubuntu image on $suite with $more', async (recipe, { skip }) => {
  const { work, exitCode, stdout, stderr } = await buildOn(recipe, skip);
  expect(exitCode, stdout + stderr).toBe(0);
  const { build } = JSON.parse(await readFile(join(work, 'image/manifest.json'), 'utf8'));
  expect(Object.keys(build.tools)).toEqual(expect.arrayContaining(['apt', 'dpkg', ...recipe.more]));
  expect((await stat(join(work, 'image/initrd-stateless.gz'))).size).toBeGreaterThan(1_000_000);
  await rm(work, { recursive: true, force: true });
});

test('a host whose dpkg is too old for the packages of Ubuntu is told so, and leaves nothing', async ({
  skip,
}) => {
  const recipe = { suite: 'bullseye', more: ['debootstrap'] };
  const { work, exitCode, stderr } = await buildOn(recipe, skip);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(
      /dpkg of this host cannot unpack .*: it has control\.tar\.zst\.\n.*newer dpkg/,
    ),
  });
  expect((await readdir(join(work, 'image'))).sort()).toEqual(['.rootimg.lock', 'logs']);
  await rm(work, { recursive: true, force: true });
});

import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { ensureSampleSuse, type SampleSuse } from '../../tools/sample-suse/index.ts';
import { ensureHost, type HostRecipe, runOnHost } from './lib/host.ts';

/**
 * Three releases of zypper; Debian 11 has none. That of sid (1.14.101, with rpm 6.1) takes signed packages for
 * unsigned ones.
 */
const hosts: readonly (HostRecipe & { readonly checks: boolean })[] = [
  { suite: 'bookworm', more: ['zypper'], checks: true },
  { suite: 'trixie', more: ['zypper'], checks: true },
  { suite: 'sid', more: ['zypper'], aptOptions: ['Acquire::Check-Valid-Until "false"'], checks: false },
];

let base: string;
let sample: SampleSuse;
beforeAll(async () => {
  sample = await ensureSampleSuse(silentReporter());
  base = await mkdtemp(join(tmpdir(), 'rootimg-suse-hosts-'));
  const kit = ['kit', join(base, 'kit.tar'), '--family', 'sles', '--node', process.execPath];
  await run([process.execPath, 'bin/rootimg', ...kit]);
  await makeOldKey(join(base, 'old.asc'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

/** A public key as media of many years ago have it: SHA-1 alone speaks for it, and rpm from 4.20 on refuses it. */
async function makeOldKey(file: string): Promise<void> {
  const home = join(base, 'gpg');
  await mkdir(home, { mode: 0o700 });
  const gpg = ['gpg', '--batch', '--homedir', home, '--faked-system-time', '20090101T000000'];
  const old = ['--allow-weak-digest-algos', '--cert-digest-algo', 'SHA1', '--passphrase', ''];
  await run(namespaceArgv([...gpg, ...old, '--quick-generate-key', 'old@x', 'rsa2048', 'sign', 'never']));
  await run(namespaceArgv([...gpg, '--armor', '--output', file, '--export', 'old@x']));
}

/** Lists that each zypper tells of by name: a package that nobody has, and one with a pattern and an update. */
const wrong = 'bash\nno-such-package\n';
const other = '-less\nnet-tools-deprecated\n';

test.for(hosts)('the kit builds an image of SLES 15 on $suite', async ({ checks, ...recipe }, { skip }) => {
  const root = await ensureHost(recipe).catch((error: unknown) => {
    console.warn(`SKIPPED: ${recipe.suite} cannot be installed: ${String(error)}`);
    return skip(`no ${recipe.suite}`);
  });
  const work = join(base, recipe.suite);
  await mkdir(work);
  await writeFile(join(work, 'wrong'), wrong);
  await writeFile(join(work, 'other'), other);
  const words = [
    ...[`-a ${sample.arch} -o sles15.6 -p compute --srcdir ${sample.sles15}`],
    ...[`--otherpkgdir ${sample.update} --otherpkglist ${work}/other --rootimgdir ${work}/image`],
    `--gpgkeys ${base}/old.asc`,
  ];
  const script = `set -eu
export ROOTIMG_HOME=${work}/etc ROOTIMG_CACHE=${work}/cache
mkdir ${work}/kit
tar -xf ${base}/kit.tar -C ${work}/kit
cd ${work}/kit/netboot/sles
find /etc/zypp /var/cache/zypp /var/lib/zypp /var/log/zypp* 2>/dev/null >${work}/before || :
! ./genimage ${words.join(' ')} --pkglist ${work}/wrong image 2>${work}/refused
list=$PWD/compute.sles15.${sample.arch}.pkglist
${checks ? '' : `! ./genimage ${words.join(' ')} --pkglist $list image 2>>${work}/refused`}
./genimage ${words.join(' ')} ${checks ? '' : '--no-gpgcheck'} --pkglist $list image
find /etc/zypp /var/cache/zypp /var/lib/zypp /var/log/zypp* 2>/dev/null >${work}/after || :`;
  const folders = { work, readOnly: [base, dirname(dirname(sample.sles15))] };
  const { exitCode, stdout, stderr } = await runOnHost(root, script, folders);
  expect(exitCode, stdout + stderr).toBe(0);
  expect(stderr.includes(`does not take the keys ${base}/old.asc (`)).toBe(recipe.suite !== 'bookworm');
  const read = (name: string) => readFile(join(work, name), 'utf8');
  expect(await read('refused')).toContain("wrong:2: No repository has the package 'no-such-package'.");
  const misread = "This host's zypper takes signed packages for unsigned ones";
  if (!checks) expect(await read('refused')).toContain(misread);
  expect(await read('after')).toBe(await read('before'));
  const { build } = JSON.parse(await read('image/manifest.json'));
  const names = (build.packages as { nevra: string }[]).map(({ nevra }) => nevra);
  expect(names).toContain('aaa_base-84.88-1.noarch');
  expect(names.some((name) => name.startsWith('net-tools-deprecated-'))).toBe(true);
  expect(names.some((name) => name.startsWith('less-'))).toBe(false);
  expect((await stat(join(work, 'image/initrd-stateless.gz'))).size).toBeGreaterThan(1_000_000);
  console.info(`${recipe.suite}: zypper ${build.tools.zypper}, rpm ${build.tools.rpm}`);
  await rm(work, { recursive: true, force: true });
});

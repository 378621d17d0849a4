import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureSampleSuse, type SampleSuse } from '../../tools/sample-suse/index.ts';
import { amount } from '../lib/amount.ts';
import { expectNothingLeft, killAt, signals } from '../long/lib/campaign.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { hostState, markDescendants } from './lib/host-state.ts';
import { hostZypper } from './lib/host-zypper.ts';
import { isoOf } from './lib/suse-media.ts';

/** SLE 15 from its media to a node, by real zypper. */
let sample: SampleSuse;
let admin: Administrator;
let image: string;
let rootimgdir: string;

beforeAll(async () => {
  sample = await ensureSampleSuse(silentReporter());
  admin = await administrator();
  image = `sle15.6-${sample.arch}-netboot-compute`;
  rootimgdir = join(admin.installdir, 'netboot/sle15.6', sample.arch, 'compute');
});
afterAll(() => admin?.leave());

async function must(...words: [string, ...string[]]): Promise<string> {
  const { status, stdout, stderr } = await admin.type(...words);
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

const manifest = async () => JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8'));
/** The keys in rpm's database are no packages. */
const packagesOf = ({ build }: { build: { packages: { nevra: string; repository?: string }[] } }) =>
  build.packages.filter(({ nevra }) => !nevra.startsWith('gpg-pubkey-'));

test('two copied discs give a definition that has no fault and builds; the host stays as it was', async () => {
  for (const disc of ['1', '2'])
    await must('copycds', await isoOf(join(sample.sles15, disc), admin.base, `sle-${disc}`));
  expect(await must('rootimg', 'check', image)).toContain(`${image}: no errors`);
  await markDescendants();
  const before = [await hostState(admin.base), await hostZypper()];
  const built = await admin.type('genimage', image);
  expect(built.status, built.stdout + built.stderr).toBe(0);
  expect([await hostState(admin.base), await hostZypper()]).toEqual(before);
});

test('the manifest says of each package from which module it came, and no trace of the build is in the tree', async () => {
  const read = await manifest();
  const packages = packagesOf(read);
  expect(packages.filter(({ repository }) => repository === undefined)).toEqual([]);
  const bash = packages.find(({ nevra }) => nevra.startsWith('bash-'));
  expect(bash?.repository).toMatch(/\/sle15\.6\/\w+\/1\/Module-Basesystem$/);
  expect(Object.keys(read.build.tools)).toEqual(expect.arrayContaining(['zypper', 'rpm', 'dracut']));
  const gone = ['var/cache/zypp', 'var/lib/zypp/AnonymousUniqueId', 'var/log/zypper.log', 'run/rootimg'];
  expect(gone.filter((path) => existsSync(join(rootimgdir, 'rootimg', path)))).toEqual([]);
  expect(readdirSync(join(rootimgdir, 'rootimg/etc/zypp/repos.d'))).toEqual([]);
});

test('why knows files, packages and what a list asked for; sbom names every package', async () => {
  const why = (what: string) => must('rootimg', 'why', image, what);
  expect(await why('/usr/sbin/sshd')).toContain('openssh-server-');
  expect(await why('aaa_base')).toMatch(/sle-common\.pkglist:\d+/);
  const { components } = JSON.parse(await must('rootimg', 'sbom', image));
  const purls = components.flatMap(({ purl }: { purl?: string }) => purl ?? []).map(decodeURIComponent);
  for (const { nevra } of packagesOf(await manifest())) {
    const name = nevra.replace(/-[^-]+-[^-]+$/, '');
    expect(purls, name).toContainEqual(expect.stringContaining(`/${name}@`));
  }
});

test('it is packed as squashfs, and comes up with no failed unit', async () => {
  await must('packimage', '-m', 'squashfs', image);
  await must('rootimg', 'boot', image);
  const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8'));
  expect(report).toMatchObject({ ok: true, rootType: 'overlay', failedUnits: [] });
});

test('builds that are killed leave no mount, no process and no file; the next one takes what is in the cache', async () => {
  const before = [await hostState(admin.base), await hostZypper()];
  for (const signal of signals.slice(0, amount(2, 3))) {
    await killAt(admin, ['genimage', '--fresh', '--no-cache', image], signal, 2_000 + Math.random() * 6_000);
    await expectNothingLeft(admin);
    const temporary = readdirSync(rootimgdir).filter((name) => name.startsWith('.rootimg-tmp'));
    if (signal !== 'SIGKILL') expect(temporary).toEqual([]);
  }
  expect([await hostState(admin.base), await hostZypper()]).toEqual(before);
  const fresh = await must('genimage', '--fresh', image);
  expect(fresh).toContain('from the cache');
  expect(fresh).not.toContain('Install packages');
});

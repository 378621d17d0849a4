import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { ensureEmulation } from '../../tools/lib/emulation.ts';
import { ensureSampleRepository, type SampleRepository } from '../../tools/sample-repo/index.ts';
import { ensureHost, runOnHost } from './lib/host.ts';
import { fetchNodejs } from './lib/nodejs.ts';

/** A management node of ppc64le that has no package manager of the image, and a building node of x86_64. */
interface Cluster {
  readonly management: string;
  readonly node: string;
}

/** What packimage writes; the compressor is named where hosts may choose another one. */
const forms = {
  cpio: { file: 'rootimg.cpio.gz', compressor: '-c gzip' },
  tar: { file: 'rootimg.tar.gz', compressor: '-c gzip' },
  squashfs: { file: 'rootimg.sfs', compressor: '' },
  erofs: { file: 'rootimg.erofs', compressor: '' },
};
const checkout = process.cwd();
let base: string;
let sample: SampleRepository;
let cluster: Cluster | undefined;
let reason: string | undefined;

beforeAll(async () => {
  sample = await ensureSampleRepository(silentReporter());
  base = await mkdtemp(join(tmpdir(), 'rootimg-management-'));
  reason = await ensureEmulation('ppc64le', silentReporter());
  if (reason !== undefined) return;
  cluster = {
    management: await ensureHost({ suite: 'bookworm', more: ['libstdc++6'], architecture: 'ppc64el' }),
    node: await ensureHost({ suite: 'bookworm', more: ['dnf'] }),
  };
  await fetchNodejs('ppc64le', join(base, 'ppc64le'));
  await mkdir(join(base, 'x86/bin'), { recursive: true });
  await run(['cp', process.execPath, join(base, 'x86/bin/node')]);
  await writeFile(join(base, 'pkglist'), `${sample.pkglist.join('\n')}\n`);
}, 3_600_000);
afterAll(() => rm(base, { recursive: true, force: true }));

/** Types lines on a host of the cluster; gives what they wrote. */
async function type(host: keyof Cluster, lines: string): Promise<string> {
  const node = host === 'management' ? 'ppc64le' : 'x86';
  const script = `set -eu
PATH=${base}/${node}/bin:${base}/xcat/bin:$PATH
export ROOTIMG_HOME=${base}/etc ROOTIMG_CACHE=${base}/cache-${host} SOURCE_DATE_EPOCH=1700000000
cd /
${lines}`;
  const folders = { work: base, readOnly: [checkout, sample.pkgdir] };
  const { exitCode, stdout, stderr } = await runOnHost(cluster?.[host] ?? '', script, folders);
  if (exitCode !== 0) throw new Error(`${host}: ${lines}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs the image on a host in each form; gives the digests. A new form takes the place of the last one. */
async function packAll(host: keyof Cluster): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const [method, { file, compressor }] of Object.entries(forms)) {
    await type(host, `packimage -m ${method} ${compressor} mine >/dev/null`);
    const packed = await readFile(join(base, 'image', file));
    digests[method] = createHash('sha256').update(packed).digest('hex');
  }
  return digests;
}

it('a management node of ppc64le defines, asks for the line, and packs what a node of x86_64 has built', async ({
  skip,
}) => {
  if (reason !== undefined) {
    console.warn(`SKIPPED: ${reason}`);
    return skip(reason);
  }
  expect((await type('management', 'uname -m; node -p process.arch')).trim()).toBe('ppc64le\nppc64');
  await type('management', `node ${checkout}/dist/tools/install-system.mjs --prefix ${base}/xcat`);
  const words = `imagetype=linux osname=Linux profile=compute provmethod=netboot osvers=${sample.osvers}`;
  const line = await type(
    'management',
    `mkdef -t osimage -o stock ${words} osarch=${sample.arch} pkgdir=${sample.pkgdir} pkglist=${base}/pkglist \
      rootimgdir=${base}/stock >/dev/null
lsdef -t osimage -z stock | sed -e 's/^stock:/mine:/' -e 's,/stock$,/image,' | mkdef -z >/dev/null
lsdef -t osimage mine -i rootimgdir | grep -qx '    rootimgdir=${base}/image'
genimage --dryrun mine`,
  );
  const command = line.split('\n').find((one) => one.includes('./genimage'));
  expect(command).toContain(`-a ${sample.arch} -o ${sample.osvers} -p compute`);

  const refused = await type('management', 'genimage mine 2>&1 && exit 1; true');
  expect(refused).toContain('x86_64');
  await type('node', `${command?.trim()} >/dev/null`);

  const there = await packAll('management');
  expect(await packAll('node')).toEqual(there);

  const said = await type(
    'management',
    `rootimg netboot --server 10.0.0.1 mine
rootimg history mine
rootimg rollback mine >/dev/null
rootimg history mine | grep '^\\*'
rootimg doctor || true`,
  );
  expect(said).toContain('10.0.0.1');
  expect(said).toMatch(/^\* .*rootimg\.sfs/m);
  expect(said).toMatch(/^build +no +rhel/m);
});

import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordedIo } from '../lib/recorded-io.ts';
import { runCommand } from '../../src/cli/main.ts';
import { lockImageDir } from '../../src/system/lock.ts';
import type * as publishing from '../../src/system/publish.ts';
import type * as flushing from '../../src/base/flush.ts';
import { flushFile } from '../../src/base/flush.ts';
import { writeFileAtomic } from '../../src/system/publish.ts';
import { builtRecord } from '../lib/built-record.ts';

vi.mock('../../src/system/publish.ts', async (load) => {
  const real = await load<typeof publishing>();
  return { ...real, writeFileAtomic: vi.fn(real.writeFileAtomic) };
});
vi.mock('../../src/base/flush.ts', async (load) => {
  const real = await load<typeof flushing>();
  return { ...real, flushFile: vi.fn(real.flushFile) };
});

const digest = 'ab'.repeat(32);
let base: string;
let dir: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-netboot-'));
  dir = join(base, 'install/x');
  await mkdir(join(base, 'etc/osimage'), { recursive: true });
  await mkdir(join(base, 'etc/site'), { recursive: true });
  const stanza = (name: string, type: string, words: readonly string[]) =>
    writeFile(
      join(base, 'etc', type, `${name}.stanza`),
      `${name}:\n${[`objtype=${type}`, ...words].map((word) => `    ${word}\n`).join('')}`,
    );
  await stanza('x', 'osimage', [
    ...['imagetype=linux', 'osvers=rocky9.4', 'osarch=x86_64', 'profile=compute', 'provmethod=netboot'],
    ...[`rootimgdir=${dir}`, 'addkcmdline=console=ttyS0 dyndbg="file a.c +p"'],
  ]);
  await stanza('clustersite', 'site', [`installdir=${join(base, 'install')}`]);
  await mkdir(dir, { recursive: true });
  for (const name of ['kernel', 'initrd-stateless.gz', 'rootimg.cpio.gz'])
    await writeFile(join(dir, name), 'x');
  const pack = {
    ...{ finished: '2024-01-01T00:00:00Z', file: 'rootimg.cpio.gz', method: 'cpio', compressor: 'gzip' },
    ...{ uuid: 'u', members: 2048, leftOut: 0, contentBytes: 50 * 1024 ** 2, size: 1, warnings: [] },
    sha256: digest,
  };
  const image = { name: 'x', osvers: 'rocky9.4', arch: 'x86_64', profile: 'compute' };
  await writeFile(
    join(dir, 'manifest.json'),
    JSON.stringify({ schema: 1, image, build: builtRecord('x'), pack }),
  );
});
afterEach(() => rm(base, { recursive: true }));

async function keepGeneration(number: number): Promise<void> {
  const folder = join(dir, 'generations', String(number));
  await mkdir(folder, { recursive: true });
  for (const name of ['kernel', 'initrd-stateless.gz', 'rootimg.cpio.gz', 'manifest.json'])
    await cp(join(dir, name), join(folder, name));
}

async function netboot(...argv: string[]) {
  const { io, said } = recordedIo({ env: { ROOTIMG_HOME: join(base, 'etc') }, cwd: base });
  return { status: await runCommand(io, ['x', ...argv], 'netboot'), ...said };
}
const written = (name: string) => readFile(join(dir, 'netboot', name), 'utf8');
const entries = async () => JSON.parse(await readFile(join(dir, 'boot-entries.json'), 'utf8')).entries;

test('prints the kernel line and writes an entry for each boot loader', async () => {
  await keepGeneration(2);
  await keepGeneration(10);
  const run = await netboot('--server', '10.0.0.1:8080');
  const there = `http://10.0.0.1:8080${dir}/generations/10`;
  const line = `console=ttyS0 dyndbg="file a.c +p" imgurl=${there}/rootimg.cpio.gz imgsha256=${digest} imgneed=1+56`;
  expect(run).toMatchObject({ status: 0, stdout: `${line}\n` });
  expect(await written('x.ipxe')).toContain(
    `kernel --name kernel ${there}/kernel initrd=initrd ${line} BOOTIF=01-\${netX/mac:hexhyp}\n` +
      `initrd --name initrd ${there}/initrd-stateless.gz\nboot\n`,
  );
  expect(await written('x.grub')).toContain(
    `linux (http,10.0.0.1:8080)${dir}/generations/10/kernel console=ttyS0 `,
  );
  expect(await written('x.pxelinux')).toContain(`  APPEND ${line}\n  IPAPPEND 2\n`);
  expect(await entries()).toEqual(
    ['ipxe', 'grub', 'pxelinux'].map((end) => ({ file: join(dir, 'netboot', `x.${end}`), generation: 10 })),
  );
});

test('a word that GRUB would read otherwise is quoted as its shell wants it', async () => {
  await netboot('--server', 's');
  const line = /^ {4}linux (.*)$/m.exec(await written('x.grub'))?.[1] ?? '';
  const words = execFileSync(
    'sh',
    ['-c', `printf '%s\\n' ${line.replace(/^\(\S+ /, '').replace(/\$\S+$/, '')}`],
    {
      encoding: 'utf8',
    },
  );
  expect(words.split('\n').slice(0, 2)).toEqual(['console=ttyS0', 'dyndbg=file a.c +p']);
});

test('the record keeps the entries of other folders, forgets those that are gone, and follows a rewrite', async () => {
  await keepGeneration(1);
  await netboot('--server', 's');
  await netboot('--server', 's', '--dir', 'try');
  await rm(join(dir, 'netboot/x.grub'));
  await keepGeneration(2);
  await netboot('--server', 's', '--dir', 'try');
  expect(
    (await entries()).map(({ file, generation }: { file: string; generation: number }) => [
      file.slice(base.length + 1),
      generation,
    ]),
  ).toEqual([
    ['install/x/netboot/x.ipxe', 1],
    ['install/x/netboot/x.pxelinux', 1],
    ['try/x.ipxe', 2],
    ['try/x.grub', 2],
    ['try/x.pxelinux', 2],
  ]);
});

test('--follow writes no digest, or the signed list that lies beside the image, and holds no generation', async () => {
  await keepGeneration(1);
  await netboot('--server', 's');
  expect((await netboot('--server', 's', '--follow')).stdout).toMatch(
    new RegExp(`imgurl=http://s${dir}/rootimg\\.cpio\\.gz\\n$`),
  );
  expect(await entries()).toEqual([]);
  for (const name of ['rootimg.sums', 'rootimg.sums.sig']) await writeFile(join(dir, name), '');
  expect((await netboot('--server', 's', '--follow')).stdout).toMatch(/ imgsums=rootimg\.sums\n$/);
});

test('without generations the entry is pinned to the current file, and that is said', async () => {
  const run = await netboot('--server', 'https://s/');
  expect(run.stdout).toContain(`imgurl=https://s${dir}/rootimg.cpio.gz imgsha256=${digest}`);
  expect(run.stderr).toContain('Warning: No generation of x is kept');
});

test.each([
  [[], /--server is needed/],
  [['--server', 'a b'], /--server is 'a b'/],
  [['--server', "a';init"], /--server is 'a';init'/],
  [['--server', 'user:secret@a'], /a name, name:port/],
  [['--server', 'http://a/b'], /a name, name:port, or http\(s\):\/\/name was expected/],
])('%j is wrong usage', async (argv, message) => {
  const run = await netboot(...argv);
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(message);
});

async function define(addkcmdline: string): Promise<void> {
  const path = join(base, 'etc/osimage/x.stanza');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/addkcmdline=.*/, `addkcmdline=${addkcmdline}`));
}

test('a loader that cannot carry a word is named and gets no entry, and its earlier one goes', async () => {
  await keepGeneration(1);
  await netboot('--server', 's');
  await define("a='b' c=\${d}");
  const run = await netboot('--server', 's');
  expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(/^a='b' c=\$\{d\} imgurl=/) });
  expect(run.stderr).toContain(
    `Warning: GRUB gets no entry: "a='b'" has a ', before which GRUB puts a backslash.\n`,
  );
  expect(run.stderr).toContain(
    'Warning: iPXE gets no entry: "c=${d}" has ${, where iPXE fills in a setting.\n',
  );
  expect(await readdir(join(dir, 'netboot'))).toEqual(['x.pxelinux']);
  expect(await entries()).toEqual([{ file: join(dir, 'netboot/x.pxelinux'), generation: 1 }]);
  await define("a='b' c=\${d} initrd=e");
  expect(await netboot('--server', 's')).toMatchObject({ status: 1, stdout: '' });
});

test('a line longer than a kernel reads is warned of', async () => {
  await keepGeneration(1);
  await define(`a=${'x'.repeat(2000)}`);
  expect((await netboot('--server', 's')).stderr).toMatch(
    /Warning: The kernel line has \d+ characters; a kernel of x86_64 reads 2019 and cuts the rest off/,
  );
});

test('says when nodes check nothing, and when they wait for a signature', async () => {
  expect((await netboot('--server', 's', '--follow')).stderr).toMatch(/Warning: Nodes check nothing of what/);
  const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8'));
  const build = { ...builtRecord('x'), files: [{ path: '/k', sha256: '', role: 'sumskey' }] };
  await writeFile(join(dir, 'manifest.json'), JSON.stringify({ ...manifest, build }));
  await keepGeneration(1);
  for (const follow of [[], ['--follow']]) {
    const { stderr } = await netboot('--server', 's', ...follow);
    expect(stderr).toMatch(
      /Warning: This image is not signed: its nodes wait until it is \(rootimg sign x\)/,
    );
    expect(stderr).not.toContain('check nothing');
  }
});

test('a record that cannot be read is left alone', async () => {
  await keepGeneration(1);
  await writeFile(join(dir, 'boot-entries.json'), '{');
  const run = await netboot('--server', 's');
  expect(run).toMatchObject({ status: 1 });
  expect(run.stderr).toContain('boot-entries.json cannot be read');
  expect(await readFile(join(dir, 'boot-entries.json'), 'utf8')).toBe('{');
});

test('entries point at the published generation, not at one that was rolled back from', async () => {
  for (const number of [1, 2, 3]) await keepGeneration(number);
  const path = join(dir, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  const publish = (generation: number) =>
    writeFile(path, JSON.stringify({ ...manifest, pack: { ...manifest.pack, generation } }));
  await publish(2);
  expect((await netboot('--server', 's')).stdout).toContain('/generations/2/rootimg.cpio.gz');
  await publish(4);
  expect((await netboot('--server', 's')).stdout).toContain('/generations/3/rootimg.cpio.gz');
});

test('nothing is chosen or recorded while another command works on the image', async () => {
  await keepGeneration(1);
  const release = await lockImageDir(dir, 'packimage x');
  expect(await netboot('--server', 's')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/is in use by packimage x/),
  });
  release();
  await expect(entries()).rejects.toThrow('ENOENT');
  expect(await netboot('--server', 's')).toMatchObject({ status: 0 });
});

test('the files that an entry names are on the disk before it is recorded', async () => {
  await keepGeneration(1);
  vi.clearAllMocks();
  await netboot('--server', 's');
  const flushed = vi.mocked(flushFile).mock;
  const there = join(dir, 'generations/1');
  const first = flushed.calls.slice(0, 4).map(([path]) => path);
  expect(first).toEqual(
    ['kernel', 'initrd-stateless.gz', 'rootimg.cpio.gz', ''].map((name) => join(there, name)),
  );
  const written = vi.mocked(writeFileAtomic).mock.invocationCallOrder;
  expect(Math.max(...flushed.invocationCallOrder.slice(0, 4))).toBeLessThan(Math.min(...written));
});

test('an image that was never built is named', async () => {
  await rm(dir, { recursive: true });
  const run = await netboot('--server', 's');
  expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining(`${dir} does not exist.`) });
});

test('says so where the initrd is not the one that the manifest tells of', async () => {
  await writeFile(join(dir, 'initrd-stateless.gz'), 'of another tool');
  const { stderr } = await netboot('--server', 's');
  expect(stderr).toMatch(
    /Warning: \S+initrd-stateless.gz was not made by the genimage that the manifest tells of/,
  );
  expect(stderr).toContain('genimage --onlyinitrd x');
});

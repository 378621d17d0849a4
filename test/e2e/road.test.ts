import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { amount, testInLong } from '../lib/amount.ts';
import { nodeChecks, pingCapabilityCheck } from './lib/node-checks.ts';
import { type SampleImage, sampleImage } from './lib/sample-image.ts';

/** One image from its definition to the node that runs it; boots of other forms are in the long form. */
const image = 'mycomputeimage';
let admin: SampleImage;
let rootimgdir: string;
let manager: Server;
/** What nodes told the management node. */
const told: string[] = [];

/** The side of the management node in the status exchange: says ready, hears a line, says done. */
function managementNode(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('ready\n');
    socket.once('data', (data) => {
      told.push(data.toString());
      socket.end('done\n');
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  manager = await managementNode();
  const { port } = manager.address() as AddressInfo;
  admin = await sampleImage(image, async ({ base }, sample) => {
    const others = join(base, 'otherpkgs.pkglist');
    await writeFile(join(base, `${image}.pkglist`), `${sample.pkglist.join('\n')}\nopenssl\n`);
    await writeFile(others, 'site/tools/site-hello\n');
    return [
      ...[`otherpkgdir=${sample.otherpkgdir}`, `otherpkglist=${others}`],
      `postinstall=${await nodeChecks(base, [pingCapabilityCheck])}`,
      `addkcmdline=XCAT=10.0.2.2:3001 XCATIPORT=${port} NODE=cn1`,
    ];
  });
  rootimgdir = admin.rootimgdir;
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(secret(), key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(admin.base, 'sums.pem'), key.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(async () => {
  manager?.close();
  await admin?.leave();
});

const secret = () => join(admin.base, 'sums.key');

async function typeWell(...[name, ...words]: [string, ...string[]]): Promise<void> {
  const { status, stdout, stderr } = await admin.type(name, ...words);
  expect(stderr).not.toContain('Error');
  expect(status, stdout).toBe(0);
}

const readJson = async (name: string) => JSON.parse(await readFile(join(rootimgdir, name), 'utf8'));

/** What the node itself said of its boot, of the pack that stands there now. */
async function bootReport(): Promise<{ rootType: string; seconds: object }> {
  const [manifest, report] = [await readJson('manifest.json'), await readJson('boot.json')];
  expect(report).toMatchObject({ uuid: manifest.pack.uuid, targetState: 'active', failedUnits: [] });
  return report;
}

test('genimage builds tree, kernel and initrds', async () => {
  await typeWell('genimage', '--sumskey', join(admin.base, 'sums.pem'), image);
  for (const name of [
    'rootimg/usr/bin',
    'kernel',
    'initrd-stateless.gz',
    'initrd-statelite.gz',
    'manifest.json',
  ]) {
    expect(existsSync(join(rootimgdir, name)), name).toBe(true);
  }
  expect(existsSync(join(admin.base, `tftpboot/xcat/osimage/${image}/kernel`))).toBe(true);
});

const packs = [
  ['squashfs', 'zstd', 'rootimg.sfs', 'overlay'],
  ['cpio', 'gzip', 'rootimg.cpio.gz', 'tmpfs'],
] as const;

test.each(packs.slice(0, amount(0, packs.length)))(
  '%s with %s boots to its default target',
  async (method, compressor, file, rootType) => {
    await typeWell('packimage', '-m', method, '-c', compressor, '--sign', secret(), image);
    expect(existsSync(join(rootimgdir, file))).toBe(true);
    await typeWell('rootimg', 'boot', image);
    expect((await bootReport()).rootType).toBe(rootType);
  },
);

test('a node that boots signed images only tells the management node that it boots, and comes up', async () => {
  await typeWell('packimage', '-m', 'cpio', '-c', 'zstd', '--sign', secret(), image);
  told.length = 0;
  await typeWell('rootimg', 'boot', image);
  expect(told).toEqual(['installstatus netbooting\n']);
  const { rootType, seconds } = await bootReport();
  expect(rootType).toBe('tmpfs');
  expect(Object.keys(seconds)).toEqual(
    expect.arrayContaining(['kernel', 'network', 'downloaded', 'verified', 'root', 'switch', 'target']),
  );
  expect(await readFile(join(rootimgdir, 'logs/boot-console.log'), 'utf8')).toContain(
    pingCapabilityCheck.said,
  );
});

/** What the booted node says that it runs, as xdsh prints it, judged. */
async function stale() {
  const { booted } = await readJson('boot.json');
  const lines = Object.entries(booted).map(([key, value]) => `cn1: ${key}=${String(value)}\n`);
  await writeFile(join(admin.base, 'booted.txt'), lines.join(''));
  return admin.type('rootimg', 'stale', '--reports', join(admin.base, 'booted.txt'));
}

testInLong(
  'the node knows what it runs: the same built anew changes nothing for it, one file more does',
  async () => {
    const { build, pack } = await readJson('manifest.json');
    expect((await readJson('boot.json')).booted).toMatchObject({
      ...{ image, uuid: pack.uuid, root: pack.sha256, kernel: pack.bootFiles.kernel },
      ...{ initrd: build.initrd.id, release: build.kernelVersion, line: expect.stringContaining('imgurl=') },
    });
    expect(await stale()).toMatchObject({ status: 0, stdout: `same: 1 node of ${image}\n  cn1\n` });
    await rm(join(rootimgdir, 'initrd-stateless.gz'));
    await typeWell('genimage', '--fresh', '--no-cache', '--sumskey', join(admin.base, 'sums.pem'), image);
    await typeWell('packimage', '-m', 'cpio', '-c', 'zstd', '--sign', secret(), image);
    expect((await readJson('manifest.json')).pack.uuid).not.toBe(pack.uuid);
    expect(await stale()).toMatchObject({ status: 0, stdout: `same: 1 node of ${image}\n  cn1\n` });
    await writeFile(join(rootimgdir, 'rootimg/etc/motd'), 'new\n');
    await typeWell('packimage', '-m', 'cpio', '-c', 'zstd', '--sign', secret(), image);
    const changed = await stale();
    expect(changed.status).toBe(1);
    expect(changed.stdout).toContain('  files: /etc/motd\n  cn1\n');
  },
);

/** Command lines of running emulators that boot the image of this test. */
function machines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes('qemu') && line.includes(rootimgdir));
}

test('a machine does not outlive a boot that was killed', async () => {
  const killed = admin.begin('rootimg', 'boot', image);
  const log = join(rootimgdir, 'logs/boot-console.log');
  while (machines().length === 0 || !existsSync(log)) await wait(100);
  killed.kill('SIGKILL');
  while (machines().length > 0) await wait(100);

  const stopped = admin.begin('rootimg', 'boot', image);
  while (machines().length === 0) await wait(100);
  stopped.kill('SIGTERM');
  expect(await new Promise((resolve) => stopped.on('close', resolve))).toBe(143);
  expect(machines()).toEqual([]);
});

// What an initrd does with changed bytes is tried in bad-network.test.ts, without a machine.
test.runIf(amount(0, 1) === 1)('a node refuses a packed root in which one byte is another', async () => {
  const file = join(rootimgdir, 'rootimg.cpio.zst');
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, 100_000);
  await handle.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, 100_000);
  await handle.close();
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.status).toBe(1);
  expect(booted.stderr).toMatch(
    /the initrd says: http:.* sha256 is [0-9a-f]{64}, but http:.*rootimg\.sums says/,
  );
  expect(existsSync(join(rootimgdir, 'boot.json'))).toBe(false);
});

test('an image that is not signed is not even tried', async () => {
  await rm(join(rootimgdir, 'rootimg.sums'));
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.status).toBe(1);
  expect(booted.stderr).toMatch(/boots signed images only, and this one is not signed[^]*rootimg sign/);
});

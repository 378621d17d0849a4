import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';
import { type Administrator, administrator } from './lib/administrator.ts';
import { pingCheck, pingSaid } from './lib/ping-check.ts';

const image = 'bootimage';
let admin: Administrator;
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
  const sample = await ensureSampleRepository(silentReporter());
  admin = await administrator();
  manager = await managementNode();
  const { port } = manager.address() as AddressInfo;
  rootimgdir = join(admin.installdir, 'image');
  await writeFile(join(admin.base, 'compute.pkglist'), `${sample.pkglist.join('\n')}\nopenssl\n`);
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [secret, pem] = [join(admin.base, 'sums.key'), join(admin.base, 'sums.pem')];
  await writeFile(secret, key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(pem, key.publicKey.export({ type: 'spki', format: 'pem' }));
  const made = await admin.type(
    ...(['mkdef', '-t', 'osimage', '-o', image, 'imagetype=linux', 'provmethod=netboot'] as const),
    ...['profile=compute', `osvers=${sample.osvers}`, `osarch=${sample.arch}`, `pkgdir=${sample.pkgdir}`],
    ...[`pkglist=${join(admin.base, 'compute.pkglist')}`, `rootimgdir=${rootimgdir}`],
    `postinstall=${await pingCheck(admin.base)}`,
    `addkcmdline=XCAT=10.0.2.2:3001 XCATIPORT=${port} NODE=cn1`,
  );
  expect(made.status, made.stderr).toBe(0);
  const built = await admin.type('genimage', '--sumskey', pem, image);
  expect(built.status, built.stderr).toBe(0);
  const packed = await admin.type('packimage', '-m', 'cpio', '-c', 'zstd', '--sign', secret, image);
  expect(packed.status, packed.stderr).toBe(0);
});
afterAll(async () => {
  manager?.close();
  await admin?.leave();
});

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

test('a node that boots signed images only tells the management node that it boots, and comes up', async () => {
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.status, booted.stderr).toBe(0);
  expect(told).toEqual(['installstatus netbooting\n']);
  const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8'));
  expect(report).toMatchObject({ ok: true, rootType: 'tmpfs', targetState: 'active', failedUnits: [] });
  const console = await readFile(join(rootimgdir, 'logs/boot-console.log'), 'utf8');
  expect(console).toContain(pingSaid);
  expect(Object.keys(report.seconds)).toEqual(
    expect.arrayContaining(['kernel', 'network', 'downloaded', 'verified', 'root', 'switch', 'target']),
  );
});

test('a machine does not outlive a boot that was killed', async () => {
  const killed = admin.begin('rootimg', 'boot', image);
  const log = join(rootimgdir, 'logs/boot-console.log');
  while (machines().length === 0) await wait(100);
  killed.kill('SIGKILL');
  while (machines().length > 0) await wait(100);
  expect(existsSync(log)).toBe(true);

  const stopped = admin.begin('rootimg', 'boot', image);
  while (machines().length === 0) await wait(100);
  stopped.kill('SIGTERM');
  expect(await new Promise((resolve) => stopped.on('close', resolve))).toBe(143);
  expect(machines()).toEqual([]);
});

test('a node refuses a packed root in which one byte is another', async () => {
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

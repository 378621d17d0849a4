import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { hostPropagation } from '../../../src/system/propagation.ts';

/**
 * Takes the lock of argv[2] as argv[3], says so, and holds it until it is killed; `wait` as argv[4] waits for
 * it.
 */
const program = `
import { lockImageDir } from ${JSON.stringify(join(process.cwd(), 'src/system/lock.ts'))};
import { stopSignal } from ${JSON.stringify(join(process.cwd(), 'src/system/signals.ts'))};
const [, , folder, command, wait] = process.argv;
const leaseTimes = { renew: 200, stale: 5000, settle: 1000 };
stopSignal.addEventListener('abort', () => { console.log('lost: ' + stopSignal.reason.code); process.exit(3); });
try {
  await lockImageDir(folder, command, { leaseTimes, ...(wait ? { onWait: (text) => console.log('waits: ' + text) } : {}) });
  console.log('held');
  setInterval(() => {}, 1000);
} catch (error) {
  console.log('refused: ' + error.message);
  process.exitCode = 1;
}`;

let base: string;
let folder: string;
let hosts: ChildProcess[];
let noFlock: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-hosts-'));
  await build({
    stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
    outfile: join(base, 'hold.mjs'),
    ...({ bundle: true, platform: 'node', format: 'esm', logLevel: 'error' } as const),
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  // As flock(1) ends where a file server keeps no locks (ENOLCK).
  noFlock = join(base, 'bin');
  await mkdir(noFlock);
  await writeFile(join(noFlock, 'flock'), '#!/bin/sh\necho "flock: 3: No locks available" >&2\nexit 71\n');
  await chmod(join(noFlock, 'flock'), 0o755);
});
beforeEach(async () => {
  hosts = [];
  folder = await mkdtemp(join(base, 'image-'));
});
afterEach(() => {
  for (const host of hosts) host.kill('SIGKILL');
});
afterAll(() => rm(base, { recursive: true }));

interface Host {
  /** What it has said so far. */
  said(): string;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** A host of its own name and process numbers over the same folder, which tries to take the lock. */
function onHost(name: string, path: string, options: { wait?: boolean; flock?: boolean } = {}): Host {
  const words = [path, `genimage of ${name}`, ...(options.wait === true ? ['wait'] : [])];
  const script = 'hostname "$1"; shift; exec "$@"';
  const child = spawn(
    'unshare',
    [
      ...[
        '--uts',
        '--mount',
        '--propagation',
        hostPropagation(),
        '--pid',
        '--fork',
        '--mount-proc',
        '--kill-child=SIGKILL',
        'sh',
        '-c',
        script,
        'sh',
      ],
      ...[name, process.execPath, join(base, 'hold.mjs'), ...words],
    ],
    { env: { PATH: `${options.flock === false ? `${noFlock}:` : ''}${process.env['PATH'] ?? ''}` } },
  );
  hosts.push(child);
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    said: () => said,
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

const patience = { timeout: 30_000 };
const since = String.raw`since \d{4}-\d\d-\d\dT`;

test.each([
  ['the kernel keeps the lock', true],
  ['a lease stands for the lock', false],
])('two hosts, where %s: the second is told who, and gets it when the first is gone', async (_, flock) => {
  const alias = `${folder}-alias`;
  await symlink(folder, alias);
  const first = onHost('alpha', folder, { flock });
  await expect.poll(first.said, patience).toBe('held\n');
  const second = onHost('beta', alias, { flock });
  await expect
    .poll(second.said, patience)
    .toMatch(
      new RegExp(`^refused: ${folder} is in use by genimage of alpha on alpha \\(process \\d+\\) ${since}`),
    );
  const third = onHost('gamma', alias, { flock, wait: true });
  await expect.poll(third.said, patience).toContain('waits: ');
  // Longer than a lease lives without being renewed.
  if (!flock) await new Promise((resolve) => setTimeout(resolve, 5500));
  expect(third.said()).not.toContain('held');
  await first.kill();
  await expect.poll(third.said, patience).toContain('held');
});

test('a holder whose lease was taken over stops', async () => {
  const first = onHost('alpha', folder, { flock: false });
  await expect.poll(first.said, patience).toBe('held\n');
  const lease = join(folder, '.rootimg.lease');
  expect(JSON.parse(readFileSync(lease, 'utf8'))).toMatchObject({ host: 'alpha' });
  // Again and again: a renewal may be under way.
  const takeOver = () => {
    writeFileSync(lease, '{}');
    return first.said();
  };
  await expect.poll(takeOver, patience).toContain('lost: lock-lost');
  expect(existsSync(lease)).toBe(true);
});

test('of two hosts that find the same dead lease one gets it', async () => {
  const dead = onHost('alpha', folder, { flock: false });
  await expect.poll(dead.said, patience).toBe('held\n');
  await dead.kill();
  utimesSync(join(folder, '.rootimg.lease'), 0, 0);
  const both = [onHost('beta', folder, { flock: false }), onHost('gamma', folder, { flock: false })];
  await expect.poll(() => both.every((host) => host.said() !== ''), patience).toBe(true);
  const words = both.map((host) => host.said().split(':')[0]?.trim()).sort();
  expect(words).toEqual(['held', 'refused']);
});

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../src/system/exec.ts';
import { lockImageDir, lockName } from '../../../src/system/lock.ts';
import { namespaceArgv } from '../../../src/system/namespace.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-proc-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const mounts = () => readFileSync('/proc/self/mounts', 'utf8');

test('mounts made in the namespace are gone with it, forgotten ones too', async () => {
  const { stdout } = await run(
    namespaceArgv(['sh', '-c', 'mount -t tmpfs none "$1" && grep -c "$1" /proc/mounts', 'sh', folder]),
  );
  expect(stdout.trim()).toBe('1');
  expect(mounts()).not.toContain(folder);
});

test('a daemon left behind ends with the namespace', async () => {
  const pidFile = join(folder, 'alive');
  await run(
    namespaceArgv([
      'sh',
      '-c',
      '(while :; do date +%N > "$1"; sleep 0.05; done) >/dev/null 2>&1 &',
      'sh',
      pidFile,
    ]),
  );
  await sleep(200);
  const first = existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : '';
  await sleep(300);
  expect(existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : '').toBe(first);
});

test('the network can be cut off', async () => {
  const { stdout } = await run(namespaceArgv(['cat', '/proc/net/dev'], { network: false }));
  expect(stdout.split('\n').filter((line) => line.includes(':'))).toHaveLength(1);
});

test('kill -9 of the parent ends everything inside the namespace', async () => {
  const beat = join(folder, 'beat');
  const argv = namespaceArgv([
    'sh',
    '-c',
    'mount -t tmpfs none "$1/m"; setsid sh -c "while :; do date +%N > $1/beat; sleep 0.05; done" & wait',
    'sh',
    folder,
  ]);
  await mkdir(join(folder, 'm'));
  const parent = spawn(
    process.execPath,
    [
      '-e',
      'require("child_process").spawn(process.argv[1], process.argv.slice(2), {stdio: "ignore", detached: true}); setInterval(() => {}, 1000)',
      ...argv,
    ],
    { stdio: 'ignore' },
  );
  await expect.poll(() => existsSync(beat), { timeout: 10_000 }).toBe(true);
  parent.kill('SIGKILL');
  await expect
    .poll(
      async () => {
        const one = readFileSync(beat, 'utf8');
        await sleep(300);
        return readFileSync(beat, 'utf8') === one;
      },
      { timeout: 10_000 },
    )
    .toBe(true);
  expect(mounts()).not.toContain(folder);
});

test('one holder at a time, also through a symbolic link, and the second is told who', async () => {
  const alias = `${folder}-alias`;
  await symlink(folder, alias);
  try {
    const release = await lockImageDir(folder, 'genimage a');
    const refused = lockImageDir(alias, 'packimage a');
    await expect(refused).rejects.toThrow(`genimage a on `);
    await expect(refused).rejects.toThrow(`process ${process.pid}`);
    release();
    (await lockImageDir(alias, 'packimage a'))();
  } finally {
    await rm(alias);
  }
});

test('the kernel frees the lock of a killed holder', async () => {
  const source = join(process.cwd(), 'src/system/lock.ts');
  const { build } = await import('esbuild');
  const bundle = join(folder, 'lock.mjs');
  await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const code = `import(${JSON.stringify(bundle)}).then(async (m) => { await m.lockImageDir(process.argv[1], 'genimage x'); console.log('held'); setInterval(() => {}, 1000); })`;
  const holder = spawn(process.execPath, ['-e', code, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  await expect(lockImageDir(folder, 'second')).rejects.toThrow(`process ${holder.pid}`);
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await ended;
  // Its name still stands in the file: whoever holds the lock now is somebody else.
  const other = spawn('flock', [join(folder, lockName), 'sh', '-c', 'echo held; exec cat']);
  await new Promise((resolve) => other.stdout.once('data', resolve));
  await expect(lockImageDir(folder, 'second')).rejects.toThrow('is in use by another process.');
  other.stdin.end();
  await new Promise((resolve) => other.once('exit', resolve));
  (await lockImageDir(folder, 'second'))();
});

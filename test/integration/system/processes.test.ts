import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../src/system/exec.ts';
import { lockImageDir, lockName } from '../../../src/system/lock.ts';
import { namespaceArgv } from '../../../src/system/namespace.ts';
import { type Tie, tiedArgv } from '../../../src/system/tie.ts';

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

/** A host whose setpriv is that of util-linux before 2.33, as EL 8's. */
async function oldSetpriv(): Promise<string> {
  const bin = join(folder, 'old-bin');
  await mkdir(bin);
  const script = `#!/bin/sh\n[ "$*" = --help ] && exec echo 'Usage: setpriv'\necho "setpriv: $1?" >&2; exit 1\n`;
  await writeFile(join(bin, 'setpriv'), script, { mode: 0o755 });
  return `${bin}:${process.env['PATH']}`;
}

test.each(['the death signal', 'a watcher'])(
  'kill -9 of us ends all inside the namespace by %s',
  async (by) => {
    const env = by === 'a watcher' ? { ...process.env, PATH: await oldSetpriv() } : process.env;
    const beat = join(folder, 'beat');
    await mkdir(join(folder, 'm'));
    const bundle = await bundled(`import { run } from './src/system/exec.ts';
    import { namespaceArgv } from './src/system/namespace.ts';
    const script = 'mount -t tmpfs none "$1/m"; setsid sh -c "while :; do date +%N > $1/beat; sleep 0.05; done" & wait';
    run(namespaceArgv(['sh', '-c', script, 'sh', process.argv[2]]));`);
    const parent = spawn(process.execPath, [bundle, folder], { stdio: 'ignore', env });
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
  },
);

test('with a watcher programs run as ever, and nothing stays when we end', async () => {
  const bundle = await bundled(`import { run, start } from './src/system/exec.ts';
    const said = await run(['sh', '-c', 'cat; echo "$1" >&2; exit 3', 'sh', 'a b'], { input: 'in', okCodes: [3] });
    const cat = start(['cat']);
    cat.stdout.on('data', (data) => console.log(String(data)));
    cat.stdin.end('through');
    const { exitCode } = await cat.ended;
    const missing = await run(['no-such-program']).catch((error) => error.message);
    console.log(JSON.stringify({ ...said, cat: exitCode, missing }));`);
  const env = { ...process.env, PATH: await oldSetpriv(), TMPDIR: folder };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [bundle], { env });
  expect({ stdout, stderr }).toEqual({
    stdout: `through\n${JSON.stringify({ stdout: 'in', stderr: 'a b\n', exitCode: 3, cat: 0, missing: 'no-such-program is not installed.' })}\n`,
    stderr: '',
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('rootimg-'))).toEqual([]);
});

test('a child whose parent has died before its tie held never begins', () => {
  const file = join(folder, 'begun');
  const ties: Tie[] = [{ by: 'death signal' }, { by: 'watcher', pipe: '/proc/1/fd/no-such-pipe' }];
  for (const tie of ties) {
    const [program = '', ...words] = tiedArgv(['touch', file], 1, tie);
    expect(spawnSync(program, words).status).toBe(1);
    expect(existsSync(file)).toBe(false);
  }
});

async function bundled(contents: string): Promise<string> {
  const outfile = join(folder, 'bundle.mjs');
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  const form = { bundle: true, platform: 'node', format: 'esm', banner: { js }, logLevel: 'error' } as const;
  await build({ ...form, stdin: { contents, resolveDir: process.cwd() }, outfile });
  return outfile;
}

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

import { execFile, spawn } from 'node:child_process';
import { statSync, symlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RootimgError } from '../../../src/base/errors.ts';
import { childEnvironment } from '../../../src/system/child-environment.ts';
import { lastLines } from '../../../src/system/command-error.ts';
import { findTool, run } from '../../../src/system/exec.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rootimg-exec-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('no shell reads the words', async () => {
  const { stdout } = await run(['printf', '%s', '$HOME; `id` "x"']);
  expect(stdout).toBe('$HOME; `id` "x"');
});

test('the environment is rebuilt', async () => {
  process.env['ROOTIMG_TEST_SECRET'] = 'x';
  const { stdout } = await run(['env'], { env: { IMG_NAME: 'a b' } });
  delete process.env['ROOTIMG_TEST_SECRET'];
  expect(stdout).toContain('LC_ALL=C\n');
  expect(stdout).toContain('IMG_NAME=a b\n');
  expect(stdout).not.toContain('ROOTIMG_TEST_SECRET');
});

test('bash does not read the start file of whoever calls', async () => {
  await writeFile(join(folder, '.bashrc'), 'echo start file\n');
  const { stdout } = await run(['bash', '-c', 'echo work; cat'], { env: { HOME: folder } });
  expect(stdout).toBe('work\n');
});

test('a failure carries command, status, last lines and the log', async () => {
  const logFile = join(folder, 'tool.log');
  const work = run(['sh', '-c', 'echo out; echo broken disk >&2; exit 3'], {
    logFile,
    action: 'read the disk',
  });
  const error = await work.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(RootimgError);
  const { message, details, hint } = error as RootimgError;
  expect(message).toBe('could not read the disk: sh ended with exit status 3');
  expect(details).toContain('broken disk');
  expect(hint).toContain(logFile);
  const log = await readFile(logFile, 'utf8');
  expect(log).toContain('out');
  expect(log).toContain('broken disk');
});

test('a log that cannot be written is named, but what the program failed of comes first', async () => {
  const logFile = '/dev/full';
  await expect(run(['sh', '-c', 'seq 100000'], { logFile })).rejects.toMatchObject({
    code: 'log-unwritable',
    message: 'The log /dev/full cannot be written: ENOSPC.',
  });
  const failing = ['sh', '-c', 'echo out; exit 3'];
  await expect(run(failing, { logFile })).rejects.toMatchObject({ code: 'command-failed' });
  await expect(run(failing, { logFile, okCodes: [3] })).resolves.toMatchObject({ exitCode: 3 });
});

test('a missing program is named', async () => {
  await expect(run(['no-such-program-anywhere'])).rejects.toMatchObject({ code: 'tool-missing' });
});

test.skipIf(process.geteuid?.() !== 0)(
  'each missing program is named as itself, with the package that brings it',
  async () => {
    const bundle = join(folder, 'missing.mjs');
    const contents = `import { run, runWithFd } from './src/system/exec.ts';
    const tell = (error) => console.log(error.message, error.hint);
    await run(['uname']).catch(tell);
    await runWithFd(['flock', '3'], 0).catch(tell);`;
    const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    const form = { bundle: true, platform: 'node', format: 'esm', banner: { js } } as const;
    await build({ ...form, stdin: { contents, resolveDir: process.cwd() }, outfile: bundle });
    // A world of its own, in which neither is there.
    const script = `mount -t tmpfs none /mnt; mkdir /mnt/upper /mnt/work
for name in setpriv flock; do mknod "/mnt/upper/$name" c 0 0; done
mount -t overlay -o lowerdir=/usr/bin,upperdir=/mnt/upper,workdir=/mnt/work overlay /usr/bin; exec "$@"`;
    const words = [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-ec',
      script,
      'sh',
      process.execPath,
      bundle,
    ];
    const { stdout } = await promisify(execFile)('unshare', words);
    expect(stdout).toBe(
      'setpriv is not installed. Install the package util-linux.\nflock is not installed. Install the package util-linux.\n',
    );
  },
);

test('a folder that is gone is named, not the program', async () => {
  const work = run(['true'], { cwd: join(folder, 'gone') });
  await expect(work).rejects.toThrow(`${join(folder, 'gone')} does not exist`);
});

test('a program dies with us, even at SIGKILL', async () => {
  const contents = `import { run } from './src/system/exec.ts';
    run(['sh', '-c', 'echo $$ > "$0"; exec sleep 600', process.argv[2]]);`;
  const script = join(folder, 'parent.mjs');
  // Packages that are no ES modules want `require`.
  const js = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  const form = { bundle: true, platform: 'node', format: 'esm', banner: { js } } as const;
  await build({ ...form, stdin: { contents, resolveDir: process.cwd() }, outfile: script });
  const pidFile = join(folder, 'pid');
  const parent = spawn(process.execPath, [script, pidFile], { stdio: 'ignore' });
  const pid = await vi.waitFor(async () => {
    const text = await readFile(pidFile, 'utf8');
    expect(text).toMatch(/^\d+\n$/);
    return Number(text);
  }, 10_000);
  process.kill(pid, 0);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 10_000);
});

test('a program that hangs is killed after its time', async () => {
  await expect(run(['sleep', '600'], { timeout: 100 })).rejects.toThrow('took longer than 0.1 s');
});

test('lines of both streams arrive whole', async () => {
  const seen: string[] = [];
  await run(['sh', '-c', 'printf a; sleep 0.05; echo b; echo c >&2; printf d'], {
    onLine: (line) => seen.push(line),
  });
  expect(seen.sort()).toEqual(['ab', 'c', 'd']);
});

test('a log has all that a program prints, however much; the end of it is kept', async () => {
  const logFile = join(folder, 'long.log');
  const { stdout } = await run(['sh', '-c', 'yes 123456789 | head -c 80000000; echo end'], { logFile });
  expect(statSync(logFile).size).toBe(80_000_004);
  expect(stdout.length).toBeLessThan(70_000_000);
  expect(stdout.endsWith('789\nend\n')).toBe(true);
});

test('more than can be kept is no success where nothing follows', async () => {
  await expect(run(['sh', '-c', "head -c 80000000 /dev/zero | tr '\\0' x; exit 0"])).rejects.toThrow(
    'printed more than',
  );
});

test('the system folders are on the PATH of children', async () => {
  expect(childEnvironment()['PATH']).toContain('/usr/sbin');
  expect(await findTool('sh')).toMatch(/\/sh$/);
  expect(await findTool('no-such-program-anywhere')).toBeUndefined();
});

test('a folder of PATH that cannot be looked into is passed over', async () => {
  const circle = join(folder, 'circle');
  symlinkSync(circle, circle);
  const path = process.env['PATH'];
  process.env['PATH'] = `${circle}:${path}`;
  try {
    expect(await findTool('sh')).toMatch(/\/sh$/);
  } finally {
    process.env['PATH'] = path;
  }
});

test('last lines leave blank ones out', () => {
  expect(lastLines('a\n\n  \nb\r\nc\n', 2)).toEqual(['b', 'c']);
});

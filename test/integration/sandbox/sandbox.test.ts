import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { overRootArgv, runInLayer, runInRoot, runOverRoot } from '../../../src/sandbox/sandbox.ts';
import { sandboxScript } from '../../../src/sandbox/sandbox-script.ts';
import { run } from '../../../src/system/exec.ts';
import { hostPropagation } from '../../../src/system/propagation.ts';
import { makeTinyRoot } from '../genimage/tiny-root.ts';

let root: string;
let mountsBefore: string;
beforeAll(async () => {
  root = await makeTinyRoot([
    '/bin/uname',
    '/bin/ls',
    '/bin/cat',
    '/bin/sleep',
    '/bin/touch',
    '/bin/mv',
    '/bin/stat',
  ]);
  mountsBefore = readFileSync('/proc/self/mounts', 'utf8');
});
afterAll(async () => {
  expect(readFileSync('/proc/self/mounts', 'utf8')).toBe(mountsBefore);
  await rm(dirname(root), { recursive: true, force: true });
});

const inside = async (script: string, options = {}, runOptions = {}) =>
  (await runInRoot(root, ['/bin/sh', '-c', script], options, runOptions)).stdout;

test('a command of the image sees a small /dev, its own /proc and an empty /run', async () => {
  expect((await inside('echo /dev/*')).trim()).toBe(
    '/dev/fd /dev/full /dev/null /dev/ptmx /dev/pts /dev/random /dev/shm /dev/stderr /dev/stdin /dev/stdout /dev/tty /dev/urandom /dev/zero',
  );
  expect((await inside('echo /run/*')).trim()).toBe('/run/lock /run/rootimg');
  expect((await inside('cat /proc/1/comm')).trim()).toBe('sh');
  expect(
    (await inside('echo x >/dev/null && cat </dev/full | { read -r -t 0 _ || :; }; echo ok')).trim(),
  ).toBe('ok');
});

test('settings of the kernel cannot be written, and no service starts', async () => {
  const settings = '[ -w /proc/sys/kernel/domainname ] || echo protected; [ -w /proc/self/comm ] && echo own';
  expect(await inside(settings)).toBe('protected\nown\n');
  expect(await inside('service sshd start; echo $?; service --version; echo $?; initctl start x')).toBe(
    '0\n127\n',
  );
});

test('nothing of it stays in the tree', () => {
  for (const name of ['dev', 'run', 'proc', 'sys']) expect(readdirSync(join(root, name))).toEqual([]);
});

test('there is no network unless asked for', async () => {
  const interfaces = async (network: boolean) =>
    (await inside('cat /proc/net/dev', { network })).split('\n').filter((line) => line.includes(':')).length;
  expect(await interfaces(false)).toBe(1);
  const host = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .filter((line) => line.includes(':')).length;
  expect(await interfaces(true)).toBe(host);
});

test('the exit status is the command’s own, 125 too', async () => {
  const { exitCode } = await runInRoot(root, ['/bin/sh', '-c', 'exit 7'], {}, { okCodes: [7] });
  expect(exitCode).toBe(7);
  const failed = runInRoot(root, ['/bin/sh', '-c', 'echo no >&2; exit 125'], {}, {});
  await expect(failed).rejects.toMatchObject({
    code: 'command-failed',
    message: '/bin/sh ended with exit status 125',
    details: ['command: /bin/sh -c echo no >&2; exit 125', 'no'],
  });
});

test('a root that cannot be prepared is told apart from a failed command', async () => {
  const failed = runInRoot('/nonexistent/root', ['/bin/true'], {}, {});
  await expect(failed).rejects.toMatchObject({ code: 'sandbox-failed' });
});

const uname = { release: '5.14.0-1.el9.x86_64', machine: 'x86_64', cover: true };

test('uname answers with the image’s kernel and machine, by name and by path', async () => {
  const host = (await run(['uname', '-s'])).stdout.trim();
  const version = (await run(['uname', '-v'])).stdout.trim();
  const ask = async (words: string, options = { uname }) => (await inside(words, options)).trim();
  expect(await ask('uname -r')).toBe(uname.release);
  expect(await ask('/bin/uname -r; /usr/bin/uname -m')).toBe(`${uname.release}\nx86_64`);
  expect(await ask('uname --kernel-release --machine')).toBe(`${uname.release} x86_64`);
  expect(await ask('uname -smr')).toBe(`${host} ${uname.release} x86_64`);
  expect(await ask('uname')).toBe(host);
  expect(await ask('uname -a')).toContain(` ${uname.release} ${version} x86_64`);
  expect(await ask('uname -s -v')).toBe(`${host} ${version}`);
  expect(await ask('uname --bad; echo $?', { uname })).toBe('1');
  expect(await ask('uname -r', { uname: { ...uname, machine: 'ppc64le' } })).toBe(uname.release);
  expect(await ask('uname -m', { uname: { ...uname, machine: 'ppc64le' } })).toBe('ppc64le');
  expect(await ask('uname -r', {} as never)).not.toBe(uname.release);
});

test('without covering it a package may replace uname while scriptlets are answered', async () => {
  const path = '/run/rootimg/bin:/bin';
  const script = `PATH=${path}; uname -r; cat /bin/uname >/bin/uname.new; mv /bin/uname.new /bin/uname && echo replaced`;
  const answer = await inside(script, { uname: { ...uname, cover: false } });
  expect(answer).toBe(`${uname.release}\nreplaced\n`);
});

test('a host command sees the mounts below the root and the shared folder', async () => {
  const shared = await mkdtemp(join(tmpdir(), 'rootimg-shared-'));
  await writeFile(join(shared, 'note'), 'hello');
  const script = 'cat "$1/run/rootimg/shared/note"; grep -c " $1/" /proc/mounts; chroot "$1" uname -r';
  const { stdout } = await runOverRoot(root, ['sh', '-c', script, 'sh', root], { shared, uname }, {});
  expect(stdout).toMatch(new RegExp(`^hello\\d+\\n${uname.release}\\n$`));
  await rm(shared, { recursive: true });
});

test('a host command that only looks sees the shared folder alone below the root, and leaves nothing', async () => {
  const shared = await mkdtemp(join(tmpdir(), 'rootimg-shared-'));
  await writeFile(join(shared, 'note'), 'hello');
  const script = 'cat "$1/run/rootimg/shared/note"; cd "$1" && echo proc/* sys/* dev/* run/rootimg/*; exit 7';
  const options = { shared, looksOnly: true };
  const runOptions = { okCodes: [7] };
  const { stdout } = await runOverRoot(root, ['sh', '-c', script, 'sh', root], options, runOptions);
  expect(stdout).toBe('helloproc/* sys/* dev/* run/rootimg/shared\n');
  for (const name of ['dev', 'run', 'proc', 'sys']) expect(readdirSync(join(root, name))).toEqual([]);
  await rm(shared, { recursive: true });
});

test('a command may have as many open files as a login, and ask for as many as the host allows', async () => {
  const script = 'ulimit -S -n; ulimit -H -n';
  const { stdout: own } = await run(['sh', '-c', 'ulimit -H -n']);
  const { stdout } = await runOverRoot(root, ['sh', '-c', script], { looksOnly: true }, {});
  expect(stdout).toBe(`1024\n${own}`);
});

test('what a command changes in a layer vanishes, what it puts into the shared folder stays', async () => {
  const work = await mkdtemp(join(tmpdir(), 'rootimg, layer: '));
  const layer = join(work, 'layer');
  const shared = join(work, 'shared');
  await mkdir(layer);
  await mkdir(shared);
  const script = 'echo made >/etc/made; cat /etc/made; echo result >/run/rootimg/shared/result';
  const { stdout } = await runInLayer(root, layer, ['/bin/sh', '-c', script], { shared }, {});
  expect(stdout).toBe('made\n');
  expect(existsSync(join(root, 'etc/made'))).toBe(false);
  expect(readFileSync(join(shared, 'result'), 'utf8')).toBe('result\n');
  expect(readdirSync(layer)).toEqual([]);
  await rm(work, { recursive: true });
});

test('macros given for the build are read by the host’s rpm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-macros-'));
  await mkdir(join(folder, 'macros'));
  await writeFile(join(folder, 'macros', 'macros.rootimg'), '%_dbpath /var/lib/rpm\n');
  const argv = ['rpm', '--eval', '%_dbpath'];
  const { stdout } = await runOverRoot(root, argv, { rpmMacros: folder }, {});
  expect(stdout.trim()).toBe('/var/lib/rpm');
  await rm(folder, { recursive: true });
});

test('macros that the host has for its own packages do not count', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-macros-'));
  await mkdir(join(folder, 'macros'));
  await mkdir(join(folder, 'etc/rpm'), { recursive: true });
  await writeFile(join(folder, 'macros', 'macros.rootimg'), '%_dbpath /var/lib/rpm\n');
  await writeFile(join(folder, 'etc/rpm/macros'), '%_dbpath /elsewhere\n');
  await writeFile(join(folder, 'etc/rpm/macros.site'), '%_site yes\n');
  const ask = (options: { rpmMacros?: string }) => {
    const plant = 'mount -t overlay -o "lowerdir=$1/etc:/etc" overlay /etc; shift; exec "$@"';
    const argv = overRootArgv(root, ['rpm', '--eval', '%_dbpath %_site'], options);
    const words = ['unshare', '--mount', '--propagation', hostPropagation(), 'sh', '-ec', plant, 'sh'];
    return run([...words, folder, ...argv]);
  };
  expect((await ask({})).stdout).toBe('/elsewhere yes\n');
  expect((await ask({ rpmMacros: folder })).stdout).toBe('/var/lib/rpm %_site\n');
  await rm(folder, { recursive: true });
});

test('the script is clean shell', async () => {
  await run(['shellcheck', '--shell=sh', '-'], { input: sandboxScript });
});

import { copyFile, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { machine, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { runInRoot } from '../../src/sandbox/sandbox.ts';
import { run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';
import { ensureEmulation } from '../../tools/lib/emulation.ts';
import { debianMirror } from '../hosts/lib/host.ts';

// Big-endian, so that nothing works by chance.
const foreign = machine() === 's390x' ? 'aarch64' : 's390x';
const debian = foreign === 's390x' ? 's390x' : 'arm64';

let base: string;
let root: string;
let missing: string | undefined;
beforeAll(async () => {
  missing = await ensureEmulation(foreign, silentReporter());
  if (missing !== undefined) return console.warn(`Skipped: ${missing}`);
  base = await mkdtemp(join(tmpdir(), 'rootimg-emulate-'));
  root = join(base, 'root');
  await run(
    namespaceArgv([
      ...['mmdebstrap', '--quiet', '--mode=root', '--variant=extract', `--architectures=${debian}`],
      ...['--include=busybox-static', 'bookworm', root, await debianMirror()],
    ]),
    { action: 'fetch a program of another architecture' },
  );
  for (const name of ['proc', 'sys', 'dev', 'run', 'usr/bin'])
    await mkdir(join(root, name), { recursive: true });
  for (const name of ['sh', 'cat', 'ls', 'id']) await symlink('busybox', join(root, 'bin', name));
  await copyFile(join(root, 'bin/busybox'), join(root, 'usr/bin/uname'));
});
afterAll(() => (base === undefined ? undefined : rm(base, { recursive: true, force: true })));

test('programs of another architecture run in the sandbox, and see the image’s machine and kernel', async ({
  skip,
}) => {
  if (missing !== undefined) return skip(missing);
  const script = '/usr/bin/uname -m; /usr/bin/uname -r; id -u; ls /proc/self/exe; ls /sys/class/net';
  const options = { uname: { machine: foreign, release: '6.1.0-1', cover: true } };
  const { stdout } = await runInRoot(root, ['sh', '-c', script], options, {});
  expect(stdout.trim().split('\n')).toEqual([foreign, '6.1.0-1', '0', '/proc/self/exe', 'lo']);
});

test('what a program answers with is what the build hears', async ({ skip }) => {
  if (missing !== undefined) return skip(missing);
  const result = await runInRoot(root, ['sh', '-c', 'echo no >&2; exit 7'], {}, { okCodes: [7] });
  expect(result).toMatchObject({ exitCode: 7, stderr: 'no\n' });
});

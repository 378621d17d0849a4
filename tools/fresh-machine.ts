// npm run fresh-machine -- quickstart | test | sh: the README's commands in a minimal Debian with only Node,
// npm and git, cloned from this checkout's HEAD.
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { usageError } from '../src/base/errors.ts';
import { plainReporter } from '../src/report/plain.ts';
import { run } from '../src/system/exec.ts';
import { namespaceArgv } from '../src/system/namespace.ts';
import { withScope } from '../src/system/scope.ts';
import { ensureHostTools } from './lib/host-packages.ts';
import { runTool } from './lib/run-tool.ts';

const tasks: Record<string, string> = {
  quickstart: 'npm run quickstart && npm run quickstart',
  test: 'bash .ci/run',
  sh: 'exec bash -i',
};

/** What the new machine shares with this one: how it reaches packages, nothing else. */
const machineConfiguration = [
  '/etc/apt/sources.list.d',
  '/etc/apt/apt.conf.d',
  '/etc/ssl/certs',
  '/usr/share/keyrings',
  '/usr/local/share/ca-certificates',
  '/usr/share/ca-certificates',
  '/etc/npmrc',
  '/usr/etc/npmrc',
  '/root/.npmrc',
  '/etc/resolv.conf',
  '/etc/hosts',
];

/** Runs inside the private namespaces: $1 root, $2 the checkout, $3 the task. */
const enter = `set -eu
mount -t proc proc "$1/proc"
mount -t sysfs sysfs "$1/sys"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  IFS=: read -r name major minor <<EOF
$node
EOF
  mknod -m 666 "$1/dev/$name" c "$major" "$minor"
done
mknod -m 600 "$1/dev/loop-control" c 10 237
mknod -m 666 "$1/dev/fuse" c 10 229
for number in 0 1 2 3 4 5 6 7; do mknod -m 600 "$1/dev/loop$number" b 7 "$number"; done
ln -s /proc/self/fd "$1/dev/fd"
ln -s fd/0 "$1/dev/stdin"
ln -s fd/1 "$1/dev/stdout"
ln -s fd/2 "$1/dev/stderr"
ln -s pts/ptmx "$1/dev/ptmx"
mkdir -p "$1/dev/pts" "$1/dev/shm" "$1/mnt/source"
mount -t devpts devpts "$1/dev/pts"
mount -t tmpfs tmpfs "$1/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$1/run"
mount --bind -o ro "$2" "$1/mnt/source"
exec chroot "$1" /bin/bash -euc "git config --global --add safe.directory '*'; git clone --quiet /mnt/source /root/rootimg; cd /root/rootimg; $3 || exit; exit 0"`;

async function ensureBase(): Promise<string> {
  const base = join(process.env['ROOTIMG_CACHE'] ?? '/var/cache/rootimg', 'fresh-debian.tar');
  try {
    await run(['test', '-s', base]);
    return base;
  } catch {
    await mkdir(dirname(base), { recursive: true });
    const packages = '--include=git,ca-certificates,libstdc++6,libatomic1';
    await run([
      'mmdebstrap',
      '--variant=minbase',
      // The name below does not say it.
      '--format=tar',
      packages,
      'bookworm',
      `${base}.new`,
      '/etc/apt/sources.list.d/debian.sources',
    ]);
    await rename(`${base}.new`, base);
    return base;
  }
}

async function installNode(root: string): Promise<void> {
  await cp(process.execPath, join(root, 'usr/bin/node'));
  const { stdout } = await run(['npm', 'root', '--global']);
  await mkdir(join(root, 'usr/lib/node_modules'), { recursive: true });
  await cp(join(stdout.trim(), 'npm'), join(root, 'usr/lib/node_modules/npm'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await run(['ln', '-sf', '../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm')]);
  await run(['ln', '-sf', '../lib/node_modules/npm/bin/npx-cli.js', join(root, 'usr/bin/npx')]);
}

await runTool(async () => {
  const task = tasks[process.argv[2] ?? ''];
  if (task === undefined) throw usageError(`Expected one of: ${Object.keys(tasks).join(', ')}`);
  const reporter = plainReporter({
    out: (t) => process.stdout.write(t),
    err: (t) => process.stderr.write(t),
  });
  await ensureHostTools(
    [{ command: 'mmdebstrap', debian: 'mmdebstrap', why: 'makes the minimal Debian' }],
    reporter,
  );
  const base = await ensureBase();
  return withScope(async (scope) => {
    const root = await mkdtemp(join(process.env['ROOTIMG_FRESH'] ?? tmpdir(), 'rootimg-fresh-'));
    scope.defer('the fresh machine', () => rm(root, { recursive: true, force: true }));
    await run(['tar', '-xf', base, '-C', root]);
    await rm(join(root, 'etc/apt/sources.list.d'), { recursive: true, force: true });
    const present = machineConfiguration.filter((path) => existsSync(path));
    const shared = join(root, 'configuration.tar');
    await run(['tar', '-C', '/', '-chf', shared, ...present.map((path) => path.slice(1))]);
    await run(['tar', '-C', root, '--keep-directory-symlink', '-xf', shared]);
    await rm(shared);
    await installNode(root);
    const certificates = process.env['NODE_EXTRA_CA_CERTS'];
    const { exitCode } = await run(namespaceArgv(['bash', '-c', enter, 'enter', root, process.cwd(), task]), {
      input: 'inherit',
      env: {
        HOME: '/root',
        CI: 'true',
        ...(certificates === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificates }),
      },
      okCodes: [0, 1, 2],
    });
    return exitCode;
  });
});

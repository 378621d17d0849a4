import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { anyExitCode, run } from '../../src/system/exec.ts';
import { namespaceArgv } from '../../src/system/namespace.ts';

/** A Debian sid that has dnf5 and no dnf 4; kept from one run to the next. */
const host = '/var/cache/rootimg/hosts/sid';

const packages = [
  ...['dnf5', 'rpm', 'createrepo-c', 'util-linux', 'mount', 'libarchive-tools', 'ca-certificates'],
  ...['openssl', 'gpg', 'gpg-agent', 'rsync', 'python3', 'procps', 'attr', 'zstd', 'kmod', 'cpio'],
  ...['dracut-core', 'squashfs-tools', 'xz-utils'],
];

beforeAll(async () => {
  if (existsSync(join(host, 'usr/bin/dnf5'))) return;
  const made = `${host}.made`;
  await mkdir(dirname(host), { recursive: true });
  await rm(made, { recursive: true, force: true });
  const words = ['--variant=minbase', `--include=${packages.join(',')}`, 'sid', made];
  // The list of a copy of the archive may be some weeks old.
  const old = '--aptopt=Acquire::Check-Valid-Until "false"';
  await run(namespaceArgv(['mmdebstrap', old, ...words], { network: true }), { action: 'make a Debian sid' });
  await rename(made, host);
});

/** Runs a command in a layer over that host, with this checkout, this Node.js and a /tmp of its own. */
const inside = `set -eu
layer=$1 host=$2 node=$3 checkout=$4; shift 4
mkdir -p "$layer"
mount -t tmpfs tmpfs "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay -o "lowerdir=$host,upperdir=$layer/upper,workdir=$layer/work" overlay "$layer/root"
cd "$layer/root"
mount -t proc proc proc
for name in sys dev; do mount --rbind "/$name" "$name"; done
mount -t tmpfs -o mode=1777 tmpfs tmp
mkdir -p ".$checkout" ".$(realpath "$checkout/node_modules")"
mount --bind "$checkout" ".$checkout"
if [ -L "$checkout/node_modules" ]; then
  mount --bind "$(realpath "$checkout/node_modules")" ".$(realpath "$checkout/node_modules")"
fi
: >usr/bin/node
mount --bind "$node" usr/bin/node
exec chroot . sh -c 'cd "$1"; shift; exec "$@"' sh "$checkout" "$@"
`;

test('a host with dnf5 alone takes every form of package lists as one with dnf 4 does', async () => {
  const layer = `/tmp/rootimg-dnf5-${process.pid}`;
  const checkout = process.cwd();
  const vitest = ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project', 'e2e'];
  const argv = [...vitest, 'test/e2e/packages-matrix.test.ts'];
  const values = ['sh', layer, host, process.execPath, checkout];
  try {
    const { stdout, exitCode } = await run(
      namespaceArgv(['sh', '-c', inside, ...values, ...argv], { network: true }),
      { okCodes: anyExitCode, env: { HOME: '/root' } },
    );
    expect(exitCode, stdout.slice(-5000)).toBe(0);
    expect(stdout).toMatch(/Tests .*passed/);
  } finally {
    await rm(layer, { recursive: true, force: true });
  }
});

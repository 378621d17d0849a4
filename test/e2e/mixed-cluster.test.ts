import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostPropagation } from '../../src/system/propagation.ts';
import { silentReporter } from '../../src/report/silent.ts';
import { run } from '../../src/system/exec.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';
import { amount } from '../lib/amount.ts';
import { blocksOf } from '../lib/document.ts';
import { type TypedAnswer, typedShell } from '../lib/typed-shell.ts';

/**
 * A host: its own name, process numbers, and a root that is this machine's with all changes in memory; a
 * shell that lives as long as the test. $1 is its name, $2 the folder of the test, $3 that of its changes, $4 this
 * checkout, which the node does not have.
 */
const boot = `set -eu
hostname "$1"
mkdir -p "$3"
mount -t tmpfs -o size=6g tmpfs "$3"
mkdir "$3/upper" "$3/work" "$3/root"
mount -t overlay -o "lowerdir=/,upperdir=$3/upper,workdir=$3/work" overlay "$3/root"
mount --rbind /dev "$3/root/dev"
mount --rbind /sys "$3/root/sys"
mount -t proc proc "$3/root/proc"
mount --rbind "$2" "$3/root$2"
mount -t tmpfs tmpfs "$3/root/opt"
mkdir -p "$3/root/install"
[ "$1" = mgmt ] || mount -t tmpfs -o ro nothing "$3/root$4"
exec chroot "$3/root" env -i PATH="$2/$1-bin:/opt/xcat/bin:$PATH" HOME=/root sh`;

let base: string;
const shells = new Map<string, { child: ChildProcess; typeLine: ReturnType<typeof typedShell> }>();

function startHost(name: string): void {
  const words = ['sh', '-c', boot, 'sh', name, base, join(base, `${name}-changes`), process.cwd()];
  const namespaces = [
    '--mount',
    '--uts',
    '--pid',
    '--fork',
    '--kill-child=SIGKILL',
    '--propagation',
    hostPropagation(),
  ];
  const child = spawn('unshare', [...namespaces, ...words]);
  shells.set(name, { child, typeLine: typedShell(child) });
}

/** Types one line into the shell of a host. */
function type(host: string, line: string): Promise<TypedAnswer> {
  const shell = shells.get(host);
  if (shell === undefined) throw new Error(`no host ${host}`);
  return shell.typeLine(line);
}

beforeAll(async () => {
  const sample = await ensureSampleRepository(silentReporter());
  base = await mkdtemp(join(tmpdir(), 'rootimg-mixed-'));
  const install = join(base, 'install');
  await mkdir(join(install, 'rocky9.4'), { recursive: true });
  await symlink(sample.pkgdir, join(install, 'rocky9.4/x86_64'));
  for (const host of ['mgmt', 'n1']) await mkdir(join(base, `${host}-bin`));
  await writeFile(
    join(base, 'mgmt-bin/uname'),
    '#!/bin/sh\n[ "$*" = -m ] && echo ppc64 || exec /usr/bin/uname "$@"\n',
    { mode: 0o755 },
  );
  // This kernel has no NFS: a user-space file system refuses what a server with root_squash does.
  const nfs = `[ "$1" = mgmt:/install ] && exec bindfs --chown-deny --chgrp-deny ${install} "$2"`;
  await writeFile(join(base, 'n1-bin/mount'), `#!/bin/sh\n${nfs}\nexec /usr/bin/mount "$@"\n`, {
    mode: 0o755,
  });
  for (const host of ['mgmt', 'n1']) startHost(host);
  const setUp = [
    `mount --bind ${install} /install`,
    `cd ${process.cwd()} && ${process.execPath} dist/tools/install-system.mjs --prefix /opt/xcat; cd /`,
    'mkdef -t osimage -o rocky9.4-x86_64-netboot-compute imagetype=linux osname=Linux profile=compute provmethod=netboot osvers=rocky9.4 ' +
      'osarch=x86_64 pkgdir=/install/rocky9.4/x86_64 pkglist=/opt/xcat/share/xcat/netboot/rocky/compute.rocky9.x86_64.pkglist ' +
      'rootimgdir=/install/netboot/rocky9.4/x86_64/compute',
  ];
  for (const line of setUp) expect(await type('mgmt', line), line).toMatchObject({ status: 0 });
});
afterAll(async () => {
  for (const { child } of shells.values()) child.kill('SIGKILL');
  await rm(base, { recursive: true, force: true });
});

// bindfs stands for NFS here.
const hasFuse = existsSync('/dev/fuse');

test.skipIf(!hasFuse)(
  'every line of docs/mixed-cluster.md, between two hosts, the second of which may not chown in /install',
  async () => {
    const blocks = blocksOf(await readFile('docs/mixed-cluster.md', 'utf8'));
    expect(blocks.length).toBeGreaterThan(8);
    let said = '';
    for (const { words, lines } of blocks) {
      const [host = '', fails] = words;
      for (const line of lines) {
        // What is pasted is what was printed before.
        if (/genimage -a|^cp |tar --create/.test(line)) expect(said.split('\n')).toContain(line);
        const answer = await type(host, line);
        said += answer.output;
        expect(fails ? answer.status !== 0 : answer.status === 0, `${host}: ${line}\n${answer.output}`).toBe(
          true,
        );
      }
    }
    const folder = join(base, 'install/netboot/rocky9.4/x86_64/mycompute');
    for (const name of ['kernel', 'initrd-stateless.gz', 'rootimg.sfs', 'manifest.json']) {
      expect(existsSync(join(folder, name)), name).toBe(true);
    }
    expect(statSync(join(folder, 'initrd-stateless.gz')).size).toBeGreaterThan(1_000_000);
    expect(existsSync(join(folder, 'staged-tree.tar'))).toBe(false);
    // Owners, device nodes and capabilities came through.
    expect(statSync(join(folder, 'rootimg/dev/null')).isCharacterDevice()).toBe(true);
    expect(lstatSync(join(folder, 'rootimg/usr/bin/bash')).uid).toBe(0);
    const list = await run(['unsquashfs', '-lln', join(folder, 'rootimg.sfs')]);
    expect(list.stdout).toContain('squashfs-root/usr/bin/bash');
  },
);

// Elsewhere in the short form: suse-elsewhere.test.ts.
test.skipIf(!hasFuse || amount(0, 1) === 0)(
  '--stage does both by itself, over the tree that is there',
  async () => {
    const page = await readFile('docs/mixed-cluster.md', 'utf8');
    const line =
      blocksOf(page)
        .flatMap((block) => block.lines)
        .find((one) => one.includes('./genimage')) ?? '';
    const staged = await type(
      'n1',
      line.replace(/ mycomputeimage$/, ' --fresh --stage /var/tmp/stage mycomputeimage'),
    );
    expect(staged.status, staged.output).toBe(0);
    const folder = join(base, 'install/netboot/rocky9.4/x86_64/mycompute');
    const sums = readFileSync(join(folder, 'staged-tree.tar.sha256'), 'utf8');
    expect(sums).toMatch(/^[0-9a-f]{64} {2}staged-tree.tar\n$/);
    const inode = statSync(join(folder, 'rootimg')).ino;
    const packed = await type('mgmt', 'packimage -m squashfs mycomputeimage');
    expect(packed.status, packed.output).toBe(0);
    expect(packed.output).toContain('Unpacked the tree that was built on another host');
    expect(statSync(join(folder, 'rootimg')).ino).not.toBe(inode);
  },
);

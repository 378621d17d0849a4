import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CommandIo } from '../../../src/cli/io.ts';
import { recordedIo } from '../../lib/recorded-io.ts';
import { runCommand } from '../../../src/cli/main.ts';

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A store, an install folder, an image folder, and packimage run on them in this process. */
export interface PackWorld {
  readonly base: string;
  readonly rootimgdir: string;
  /** Writes a file below the base and gives its path. */
  write(path: string, text: string): string;
  /** Defines `myimg`; the values come besides the usual ones. */
  define(attributes?: Record<string, string>, site?: Record<string, string>): Promise<void>;
  run(line: string, env?: Record<string, string>): Promise<Answer>;
  /** Names in the image folder, without the lock and the generations. */
  published(): string[];
  remove(): void;
}

export function makePackWorld(): PackWorld {
  const base = mkdtempSync(join(tmpdir(), 'rootimg-pack-'));
  const rootimgdir = `${base}/image`;
  mkdirSync(rootimgdir);
  const run = (line: string, env: Record<string, string> = {}, stdin = '') =>
    answer({ ROOTIMG_HOME: `${base}/home`, PATH: process.env['PATH'], ...env }, base, line, stdin);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(`${base}/${path}`), { recursive: true });
    writeFileSync(`${base}/${path}`, text);
    return `${base}/${path}`;
  };
  const define: PackWorld['define'] = async (attributes = {}, site = {}) => {
    const image = {
      imagetype: 'linux',
      osarch: 'x86_64',
      osvers: 'rocky9.4',
      profile: 'compute',
      provmethod: 'netboot',
      rootimgdir,
      ...attributes,
    };
    const stanza = (name: string, type: string, values: Record<string, string>) =>
      [
        `${name}:`,
        `objtype=${type}`,
        ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
      ].join('\n    ');
    const objects = [
      stanza('myimg', 'osimage', image),
      stanza('clustersite', 'site', { installdir: `${base}/install`, ...site }),
    ];
    const result = await run('mkdef -f -z', {}, `${objects.join('\n\n')}\n`);
    if (result.code !== 0) throw new Error(result.stderr);
  };
  return {
    base,
    rootimgdir,
    write,
    define,
    run,
    published: () =>
      readdirSync(rootimgdir)
        .filter((name) => name !== '.rootimg.lock' && name !== 'generations')
        .sort(),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

async function answer(env: CommandIo['env'], cwd: string, line: string, stdin: string): Promise<Answer> {
  const { io, said } = recordedIo({ stdin: () => Promise.resolve(stdin), env, cwd });
  const [name = '', ...words] = line.split(' ');
  const code = await runCommand(io, words, name);
  return { code, ...said };
}

const smallFolders = [
  ...['bin', 'boot/grub2', 'dev', 'etc/init.d', 'etc/.d', 'home/u1', 'opt/xcat', 'proc', 'root', 'tmp'],
  ...['usr/bin', 'usr/share/doc/drop/deep', 'usr/share/doc/keep', 'usr/share/my docs'],
  ...['usr/share/zoneinfo/America', 'usr/share/zoneinfo/US', 'var/empty', 'var/tmp'],
];
const smallFiles = {
  ...{ 'bin/sh': '#!/bin/sh\n', 'usr/bin/app': 'app\n', 'usr/bin/ping': 'ping\n' },
  ...{ 'boot/vmlinuz-5.14': 'k\n', 'boot/grub2/grub.cfg': 'g\n' },
  ...{ 'etc/a.conf': 'a\n', 'etc/b.conf': 'b\n', 'etc/ab.conf': 'ab\n' },
  ...{ 'etc/empty': '', 'etc/.d/.f': 'h\n', 'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n' },
  ...{ 'etc/shadow': 'root:!!:1::::::\nbin:*:1::::::\n', 'usr/share/doc/drop/README': '1\n' },
  ...{ 'usr/share/doc/drop/deep/file': '2\n', 'usr/share/doc/keep/LICENSE': '3\n' },
  'usr/share/doc/top.txt': '4\n',
  ...{ 'usr/share/my docs/a file': 's\n', "usr/share/it's": 'q\n', 'usr/share/é': 'u' },
  ...{ 'usr/share/zoneinfo/UTC': 'U\n', 'usr/share/zoneinfo/America/New_York': 'N\n' },
};
const smallLinks = {
  ...{ 'etc/link': 'a.conf', 'etc/dangling': 'nowhere', 'etc/localtime': '../usr/share/zoneinfo/UTC' },
  'usr/share/zoneinfo/US/Eastern': '../America/New_York',
};
const smallModes = {
  ...{ 'bin/sh': 0o755, 'usr/bin/app': 0o4755, 'usr/bin/ping': 0o755, 'etc/shadow': 0, 'home/u1': 0o2755 },
  ...{ root: 0o700, tmp: 0o1777, 'var/tmp': 0o1777 },
};

/** A small tree with the kinds of files that a root image has; what exlists are tried on. */
export function makeSmallTree(root: string): void {
  const at = (path: string) => join(root, path);
  for (const path of smallFolders) mkdirSync(at(path), { recursive: true });
  for (const [path, content] of Object.entries(smallFiles)) writeFileSync(at(path), content);
  for (const [path, target] of Object.entries(smallLinks)) symlinkSync(target, at(path));
  linkSync(at('etc/a.conf'), at('etc/hard.conf'));
  chownSync(at('home/u1'), 1000, 1000);
  for (const [path, mode] of Object.entries(smallModes)) chmodSync(at(path), mode);
  // Hundreds of tests make it: a program for each file would take most of their time.
  shell(
    root,
    'mknod -m 666 dev/null c 1 3; mknod dev/sda b 8 0; mkfifo dev/initctl; setcap cap_net_raw+ep usr/bin/ping',
  );
}

/** A tree in which all is there that an archive may get wrong. */
export function makeHardTree(root: string): void {
  makeSmallTree(root);
  shell(
    root,
    `mkdir -p odd/acl many
cd odd
printf newline >"$(printf 'new\\nline')"; printf bytes >"$(printf 'no-utf8-\\377\\376')"; printf b >'back\\slash'; printf d >-dash; printf x >' lead'
deep=$(printf 'd%.0s' $(seq 1 90)); mkdir -p "$deep/$deep/$deep"; echo long >"$deep/$deep/$deep/$(printf 'f%.0s' $(seq 1 200))"
ln "$deep/$deep/$deep/$(printf 'f%.0s' $(seq 1 200))" long-link
ln -s "$(printf 'target/%.0s' $(seq 1 40))" long-symlink
head -c 1048576 /dev/urandom >chunk; head -c 1048577 /dev/urandom >chunk-and-one; head -c 3500000 /dev/zero >zeros; head -c 511 /dev/urandom >b511
head -c 512 /dev/urandom >b512; head -c 513 /dev/urandom >b513; printf abc >b3; printf abcd >b4
echo owned >owned; chown 3000000:4000000 owned; echo old >old; touch -d '1960-01-01 UTC' old; echo new >new; touch -d '2030-01-01 UTC' new
echo x >xattrs; setfattr -n user.binary -v 0x000aff3d xattrs; setfattr -n user.empty xattrs; setfattr -n trusted.t -v t xattrs
setfattr -n user.folder -v f acl; echo acl >acl/file; setfacl -m u:1234:rwx,g:77:r-x acl/file; setfacl -d -m u:1234:rwx acl
mkdir dev; mknod dev/big c 511 1048575; ln dev/big dev/big2; mkfifo dev/fifo; chmod 6711 dev/fifo
for n in $(seq 1 300); do echo $n >../many/$n; done`,
  );
  const many = (name: string | number) => `${root}/many/${name}`;
  for (let n = 1; n <= 20; n++) linkSync(many(7), many(`seven-${n}`));
}

/** Runs a script of the test's own in a folder. */
export function shell(folder: string, script: string): string {
  mkdirSync(folder, { recursive: true });
  return execFileSync('bash', ['-euc', script], {
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C' },
  }).toString('latin1');
}

import { execFileSync, spawn, type SpawnOptions, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { amount } from '../../lib/amount.ts';

export const moduleDir = join(import.meta.dirname, '../../../share/xcat/netboot/common/dracut/97rootimg');

/** Shells that an initrd may have as /bin/sh. */
export const shells = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

/**
 * For what starts hundreds of programs: in the short form the shell of most initrds alone. Other parts run under
 * each, and whole nodes boot with either.
 */
export const longShells = shells.slice(-amount(1, shells.length));

/** bash reads ~/.bashrc when its standard input is a socket. */
const quietStart = (shell: string) => (shell === 'bash' ? ['--norc'] : []);

/**
 * Stand-ins for the functions of dracut that hooks call. The kernel line is the file `cmdline`, one parameter
 * a line.
 */
const dracutLibrary = `
getarg() {
    while read -r word; do
        case $1 in
            *=) case $word in "$1"*) printf '%s\\n' "\${word#*=}"; return 0 ;; esac ;;
            *) [ "$word" = "$1" ] && return 0 ;;
        esac
    done < "$rootimg_fs/cmdline"
    return 1
}
die() {
    printf '%s\\n' "$*" > "$rootimg_fs/died"
    exit 1
}
hookdir=$rootimg_fs/lib/dracut/hooks
`;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A make-believe initrd in a temporary folder, in which parts of the module run with tools of our own making.
 */
export class FakeNode {
  readonly root = mkdtempSync(join(tmpdir(), 'rootimg-dracut-'));

  constructor(kernelLine: readonly string[] = []) {
    this.file('lib/dracut-lib.sh', dracutLibrary);
    this.kernelLine(kernelLine);
    this.file('proc/uptime', '100.25 150.00\n');
    this.file('proc/meminfo', 'MemTotal:        2048000 kB\nMemAvailable:    1024000 kB\n');
    this.file('proc/sys/kernel/random/uuid', '00000001-0000-0000-0000-000000000000\n');
    this.file('proc/sys/kernel/hostname', '(none)\n');
    this.file('dev/kmsg', '');
    this.file('dev/loop-control', '');
    this.file('proc/filesystems', 'nodev\ttmpfs\nnodev\toverlay\n\tsquashfs\n\terofs\n');
    this.file('proc/mounts', '');
    for (const folder of ['tmp', 'sysroot', 'sys/class/net', 'run/initramfs/rootimg', 'bin']) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    execFileSync('cp', ['-r', moduleDir, join(this.root, 'lib/rootimg')]);
  }

  kernelLine(parameters: readonly string[]): void {
    this.file('cmdline', parameters.map((parameter) => `${parameter}\n`).join(''));
  }

  file(path: string, content: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  bytes(path: string, content: Uint8Array): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), content);
  }

  /** A program that hides the real one. It can use $NODE. */
  tool(name: string, script: string): void {
    this.file(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.root, 'bin', name), 0o755);
  }

  /** A network card with its state. */
  card(name: string, carrier: '0' | '1' = '1', mac = '52:54:00:00:00:01'): void {
    this.file(`sys/class/net/${name}/address`, `${mac}\n`);
    this.file(`sys/class/net/${name}/carrier`, `${carrier}\n`);
  }

  /** Which cards have an address, as `ip` tells it. */
  online(...cards: readonly string[]): void {
    const cases = cards.map(
      (card) => `*" ${card} "*) echo "2: ${card}    inet 10.0.2.15/24 scope global ${card}" ;;`,
    );
    this.tool('ip', `case " $* " in\n${cases.join('\n')}\nesac`);
  }

  read(path: string): string | undefined {
    try {
      return readFileSync(join(this.root, path), 'utf8');
    } catch {
      return undefined;
    }
  }

  get log(): string {
    return this.read('dev/kmsg') ?? '';
  }

  /** Runs a script with the library of dracut loaded, as the hooks find it. */
  run(shell: string, script: string): Ended {
    const { status, stdout, stderr } = spawnSync(shell, this.words(shell, script), {
      ...this.options(),
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  /** The same beside a server of this process. */
  async runBeside(shell: string, script: string): Promise<Ended> {
    const child = spawn(shell, this.words(shell, script), this.options());
    const said = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk) => (said.stdout += chunk));
    child.stderr?.on('data', (chunk) => (said.stderr += chunk));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, ...said };
  }

  private words(shell: string, script: string): string[] {
    return [...quietStart(shell), '-c', `. "$rootimg_fs/lib/dracut-lib.sh"\n${script}`];
  }

  private options() {
    return {
      // A bash whose standard input is a socket reads the caller's .bashrc.
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: this.root,
      env: {
        PATH: `${join(this.root, 'bin')}:${process.env['PATH']}`,
        NODE: this.root,
        rootimg_fs: this.root,
        rootimg_lib: join(this.root, 'lib/rootimg'),
        NEWROOT: join(this.root, 'sysroot'),
      },
    } satisfies SpawnOptions;
  }

  /** Sources one file of the module, as dracut sources a hook. */
  hook(shell: string, name: string, after = ''): Ended {
    return this.run(shell, `. "$rootimg_lib/${name}"\n${after}`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namespaceArgv } from '../../../src/system/namespace.ts';

/**
 * Inside the namespaces: /proc with another kernel line, and memory where an initrd has it. The network is
 * the host's, one card of which counts as up. Then what dracut's main loop does, with the state of the root
 * after each attempt: no half root is ever left.
 */
const room = `set -eu
initrd=$1
cd "$initrd"
for folder in proc run tmp dev sysroot sys root; do mkdir -p $folder; done
for folder in run tmp dev sysroot sys root; do mount -t tmpfs -o size=1g,mode=755 room $folder; done
mount --rbind /proc proc
mount --bind "$2" proc/cmdline
: > dev/kmsg
mkdir -p dev/shm sys/class/net/eth0 run/initramfs/rootimg
for node in null zero urandom random; do : > dev/$node; mount --bind /dev/$node dev/$node; done
printf '#!/bin/sh\\necho "2: eth0 inet 10.0.2.15/24 scope global eth0"\\n' > root/ip
chmod 755 root/ip
mount --bind root/ip usr/bin/ip
cat > root/loop <<'END'
. /lib/dracut-lib.sh
export NEWROOT=/sysroot
. /lib/rootimg/lib.sh
rootok=
. /lib/dracut/hooks/cmdline/20-cmdline.sh
status=1
while [ $status -eq 1 ]; do
    status=0
    sh /lib/rootimg/attempt.sh || status=$?
    cat /dev/kmsg
    : > /dev/kmsg
    [ $status -eq 0 ] || ! ls /sysroot | grep -q . || echo 'half a root'
    [ $status -ne 2 ] || cat /run/initramfs/rootimg/fatal
    sleep 1
done
sha256sum /sysroot/payload
END
exec chroot . /bin/sh /root/loop`;

/** The programs of a real initrd, run in a chroot of it. */
export interface InitrdRoom {
  /**
   * Runs the initrd with this kernel line until the root stands or can never stand, or until it has said
   * `enough`; gives what it said, and then the digest of `payload`. `hear` is told what it has said so far.
   */
  boot(kernelLine: string, enough?: RegExp, hear?: (said: string) => void): Promise<string>;
  leave(): void;
}

/**
 * Unpacks an initrd of ours, `without` some of its files. `reader` unpacks it to standard output, such as
 * `zstd -dc`.
 */
export function openInitrdRoom(initrd: string, reader: string, without: readonly string[] = []): InitrdRoom {
  const base = mkdtempSync(join(tmpdir(), 'rootimg-room-'));
  const folder = join(base, 'initrd');
  mkdirSync(folder);
  execFileSync('sh', ['-c', `${reader} < "$1" | cpio --extract --make-directories --quiet`, 'sh', initrd], {
    cwd: folder,
  });
  for (const file of without) rmSync(join(folder, file));
  const running = new Set<ChildProcess>();
  let count = 0;
  const boot = (kernelLine: string, enough?: RegExp, hear?: (said: string) => void) => {
    const line = join(base, `cmdline-${(count += 1)}`);
    writeFileSync(line, `${kernelLine}\n`);
    const argv = ['--pdeathsig', 'KILL', '--', ...namespaceArgv(['sh', '-c', room, 'sh', folder, line])];
    return new Promise<string>((resolve) => {
      let said = '';
      const child = spawn('setpriv', argv, { stdio: ['ignore', 'pipe', 'pipe'] });
      running.add(child);
      child.stdout.on('data', (chunk) => {
        said += chunk;
        hear?.(said);
        if (enough?.test(said)) child.kill('SIGKILL');
      });
      child.stderr.on('data', (chunk) => (said += chunk));
      child.on('close', () => {
        running.delete(child);
        resolve(said);
      });
    });
  };
  const leave = () => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(base, { recursive: true, force: true });
  };
  return { boot, leave };
}

/** A root that a node of this very kernel would accept: an init, its modules, and a payload. As cpio.gz. */
export function smallRoot(folder: string, payload: Uint8Array, kernel: string): Buffer {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'lib/modules', kernel), { recursive: true });
  mkdirSync(join(root, 'sbin'));
  cpSync('/bin/true', join(root, 'sbin/init'));
  writeFileSync(join(root, 'payload'), payload);
  const file = join(folder, 'rootimg.cpio.gz');
  execFileSync('sh', ['-c', 'find . | cpio --create --format=newc --quiet | gzip -1 > "$1"', 'sh', file], {
    cwd: root,
  });
  return readFileSync(file);
}

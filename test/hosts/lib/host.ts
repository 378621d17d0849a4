import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/system/exec.ts';
import { namespaceArgv } from '../../../src/system/namespace.ts';

export { debianMirror, ensureHost, type HostRecipe } from '../../../tools/lib/host-root.ts';

/** Folders of this machine that a host sees at the same place, read-only but the first. */
export interface HostFolders {
  readonly work: string;
  readonly readOnly: readonly string[];
}

/**
 * Runs a script in a layer over a host's root; whatever it changes there vanishes. $1 root, $2 layer, $3
 * script, $4 the folder that it may write, then those that it may read.
 */
const inHost = `set -eu
root=$1 layer=$2 script=$3 work=$4
shift 4
mount -t tmpfs -o mode=755 layer "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay -o "lowerdir=$root,upperdir=$layer/upper,workdir=$layer/work" overlay "$layer/root"
root=$layer/root
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
for folder in "$@"; do
  mkdir -p "$root$folder"
  mount --bind -o ro "$folder" "$root$folder"
done
mkdir -p "$root$work"
mount --bind "$work" "$root$work"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 dev "$root/dev"
for name in null zero full random urandom tty; do : >"$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
ln -s /proc/self/fd "$root/dev/fd"
mkdir -p "$root/dev/shm" "$root/dev/pts"
exec chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -c "$script"`;

/** Runs a shell script on the host, without a network, and gives what came of it. */
export async function runOnHost(root: string, script: string, { work, readOnly }: HostFolders) {
  const layer = join(work, '.layer');
  await mkdir(layer, { recursive: true });
  const words = [root, layer, script, work, ...readOnly];
  return run(namespaceArgv(['sh', '-c', inHost, 'host', ...words], { network: false }), {
    okCodes: [...Array(256).keys()],
  });
}

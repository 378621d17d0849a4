import { spawn } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { FakeNode } from '../../unit/dracut/fake-node.ts';

/** The kernel that this node runs. */
export const nodeKernel = '6.1.0';

/** Megabytes that are free on it. */
export const nodeMemory = 20;

export interface NodeRun {
  /** `payload` of the root that came up; undefined when none did. */
  readonly up: string | undefined;
  /** What the node said on its console, and with what it ended for good. */
  readonly said: string;
}

/**
 * Runs the scripts of the initrd on this host, with its curl, openssl, cpio and gzip: only mounts, the kernel
 * and the network cards are make-believe, and the pauses between tries are left out. `key` is what was put
 * into the initrd of the image `image`; `ca` the certificates that it trusts for https.
 */
export async function bootNode(
  kernelLine: string,
  initrd: { readonly key?: KeyObject; readonly image?: string; readonly ca?: string },
  tries = 4,
): Promise<NodeRun> {
  const node = new FakeNode(kernelLine.split(' ').filter((word) => word !== ''));
  try {
    if (initrd.key !== undefined) {
      node.file('lib/rootimg/sums.pem', initrd.key.export({ type: 'spki', format: 'pem' }).toString());
      node.file('lib/rootimg/image', `${initrd.image}\n`);
    }
    node.file('proc/meminfo', `MemTotal: ${nodeMemory * 2048} kB\nMemAvailable: ${nodeMemory * 1024} kB\n`);
    node.card('eth0');
    node.online('eth0');
    for (const name of ['mount', 'modprobe']) node.tool(name, ':');
    node.tool('uname', `echo ${nodeKernel}`);
    node.tool(
      'umount',
      'case $1 in */pack) rm -r "$1"; mkdir "$1" ;; */sysroot) rm -rf "$1"; mkdir "$1" ;; esac',
    );
    const { status, noise } = await runShell(node, { CURL_CA_BUNDLE: initrd.ca ?? '/dev/null' }, tries);
    const fatal = node.read('run/initramfs/rootimg/fatal') ?? node.read('died') ?? '';
    return {
      up: status === 0 ? node.read('sysroot/payload') : undefined,
      said: `${node.log}${fatal}${noise}`,
    };
  } finally {
    node.remove();
  }
}

const mainLoop = `
. "$rootimg_fs/lib/dracut-lib.sh"
. "$rootimg_lib/cmdline.sh"
[ -e "$rootimg_run/imgurl" ] || exit 3
tries=0 status=1
while [ $status -eq 1 ] && [ $tries -lt "$1" ]; do
    rm -f "$rootimg_run/next"
    status=0
    sh "$rootimg_lib/attempt.sh" || status=$?
    tries=$((tries + 1))
done
exit $status`;

function runShell(
  node: FakeNode,
  environment: Record<string, string>,
  tries: number,
): Promise<{ status: number | null; noise: string }> {
  const child = spawn('sh', ['-c', mainLoop, 'sh', `${tries}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: node.root,
    env: {
      PATH: `${join(node.root, 'bin')}:${process.env['PATH']}`,
      NODE: node.root,
      rootimg_fs: node.root,
      rootimg_lib: join(node.root, 'lib/rootimg'),
      NEWROOT: join(node.root, 'sysroot'),
      ...environment,
    },
  });
  let noise = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (noise += chunk));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, noise })));
}

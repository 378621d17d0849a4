import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { hostPropagation } from '../../src/system/propagation.ts';
import type { DocumentBlock } from './document.ts';
import { type TypedAnswer, typedShell } from './typed-shell.ts';

/**
 * This machine with all changes in memory, nothing of ours on it, and no service that starts by itself. A
 * second shell of it, on descriptors 3 and 4, is in the network of the nodes. $1 is the folder of the test,
 * $2 that of the changes.
 */
const boot = `set -eu
hostname mgmt
mkdir -p "$2"
mount -t tmpfs -o size=10g tmpfs "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay -o "lowerdir=/,upperdir=$2/upper,workdir=$2/work" overlay "$2/root"
cd "$2/root"
mount --rbind /dev dev
mount --rbind /sys sys
mount -t proc proc proc
mount --rbind "$1" ".$1"
mkdir -p install tftpboot etc/rootimg var/cache/rootimg/layers var/lib/rootimg
for fresh in opt root install tftpboot var/tmp etc/rootimg var/cache/rootimg/layers var/lib/rootimg; do
  mount -t tmpfs -o size=6g,mode=755 tmpfs $fresh
done
chmod 1777 var/tmp
printf '#!/bin/sh\\nexit 101\\n' > usr/sbin/policy-rc.d
chmod 755 usr/sbin/policy-rc.d
exec chroot . env -i PATH="$1/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root \\
  DEBIAN_FRONTEND=noninteractive sh -c 'cd /root; unshare --net sh <&3 >&4 2>&4 3<&- 4>&- & exec sh 3<&- 4>&-'`;

export interface ManagementNode {
  /** Seen there under the same path; its `bin` is first in PATH. */
  readonly base: string;
  type(line: string): Promise<TypedAnswer>;
  typeInNetwork(line: string): Promise<TypedAnswer>;
  /** Writes a file there. */
  put(path: string, text: string): Promise<void>;
  leave(): Promise<void>;
}

export async function managementNode(): Promise<ManagementNode> {
  const base = await mkdtemp(join(tmpdir(), 'rootimg-mgmt-'));
  await mkdir(join(base, 'bin'));
  const namespaces = ['--mount', '--uts', '--pid', '--fork', '--kill-child=SIGKILL'];
  const words = ['sh', '-c', boot, 'sh', base, join(base, 'changes')];
  const child = spawn('unshare', [...namespaces, '--propagation', hostPropagation(), ...words], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const type = typedShell(child);
  return {
    base,
    type,
    typeInNetwork: typedShell(child, child.stdio[3] as Writable, [child.stdio[4] as Readable]),
    put: async (path, text) => {
      await writeFile(join(base, 'file'), text);
      const { status, output } = await type(`mkdir -p ${dirname(path)} && cp ${base}/file ${path}`);
      if (status !== 0) throw new Error(output);
    },
    leave: async () => {
      child.kill('SIGKILL');
      await rm(base, { recursive: true, force: true });
    },
  };
}

/**
 * Does all that the blocks of a page say, the word `network` in the network of the nodes, and gives what was
 * said, each line behind its `$ command`. `before` is called ahead of each block. Throws at the first line
 * that fails.
 */
export async function executePage(
  host: ManagementNode,
  blocks: readonly DocumentBlock[],
  before: (block: DocumentBlock) => Promise<void> = async () => {},
): Promise<string> {
  let said = '';
  for (const block of blocks) {
    const { language, words, lines } = block;
    await before(block);
    if (language === 'conf') {
      await host.put(words[0] ?? '', `${lines.join('\n')}\n`);
      continue;
    }
    for (const line of lines) {
      const { status, output } = await (words.includes('network') ? host.typeInNetwork : host.type)(line);
      said += `$ ${line}\n${output}`;
      if (status !== 0) throw new Error(`exit status ${status}: ${said.slice(-6000)}`);
    }
  }
  return said;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostPropagation } from '../../../src/system/propagation.ts';
import { run } from '../../../src/system/exec.ts';

export interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A host of the test: own name, process numbers, network, and a root in which all changes are the test's. */
export interface Host {
  readonly pid: number;
  /** Folder of this machine that its /var/lib/rootimg is. */
  readonly state: string;
  /** Types a line into a shell as root, and waits for its end. */
  type(line: string): Promise<Answer>;
  /** The same without waiting. */
  begin(line: string): ChildProcess;
}

export interface TwoHosts {
  readonly base: string;
  readonly mgmt: Host;
  /** The building node: another one after restartNode. */
  readonly node: Host;
  /** Ends the node at once, as a loss of power does: its processes, its network, what was in its memory. */
  killNode(): void;
  /** Starts it again; what lay in /var/lib/rootimg and its cache is there. */
  restartNode(): Promise<void>;
  leave(): Promise<void>;
}

/** The address of the building node, which the management node knows as `n1`. */
export const nodeAddress = '10.11.12.2';

/**
 * $1 name, $2 folder of the test, $3 root, `/` for this machine's. All its changes are in memory; what grows
 * lies in the folder of the test. The shell that stays is the host.
 */
const boot = `set -eu
hostname "$1"
changes=$2/$1-changes
mkdir -p "$changes" "$2/$1-state" "$2/$1-cache"
mount -t tmpfs -o size=2g tmpfs "$changes"
mkdir "$changes/upper" "$changes/work" "$changes/root"
root=$changes/root
mount -t overlay -o "lowerdir=$3,upperdir=$changes/upper,workdir=$changes/work" overlay "$root"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/opt"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=700 tmpfs "$root/root"
mkdir -p "$root/install" "$root/var/lib/rootimg" "$root$2" "$root$PWD"
mount --bind "$2/$1-state" "$root/var/lib/rootimg"
if [ "$1" = mgmt ]; then
  mount --bind "$2/install" "$root/install"
  mount --rbind "$2" "$root$2"
  # The checkout may lie where a file system of the host's own has just been mounted.
  mount --bind "$PWD" "$root$PWD"
  mkdir -p "$root/var/cache/rootimg"
  [ "$3" = / ] || mount --bind -o ro /var/cache/rootimg "$root/var/cache/rootimg"
else
  # Nothing of this machine's packages and checkout is there.
  mount -t tmpfs -o size=1m tmpfs "$root/var/cache/rootimg"
  mkdir "$root/var/cache/rootimg/layers"
  mount --bind "$2/$1-cache" "$root/var/cache/rootimg"
  mount -t tmpfs -o size=1m tmpfs "$root$PWD"
fi
mkdir -p "$root/run/sshd"
ip link set lo up
exec chroot "$root" sleep infinity`;

/** Starts the ssh server of the node, with keys of its own, and lets root of the management node in. */
const serve = `set -e
mkdir -p /etc/ssh/test
rm -f /etc/ssh/test/*
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/test/key
mkdir -p /root/.ssh
cat >/root/.ssh/authorized_keys
printf '%s\\n' 'HostKey /etc/ssh/test/key' 'PidFile /run/sshd.pid' 'UsePAM no' 'StrictModes no' \
  'PermitRootLogin yes' 'PasswordAuthentication no' 'MaxSessions 30' >/etc/ssh/test/config
/usr/sbin/sshd -f /etc/ssh/test/config
cat /etc/ssh/test/key.pub`;

const namespaces = ['--mount', '--uts', '--pid', '--net', '--fork', '--kill-child=SIGKILL'];

/** Starts a host of the test in the folder `base`, which has a folder `install`; killing `outer` ends it. */
export async function startHost(
  name: string,
  base: string,
  root: string,
): Promise<Host & { readonly outer: ChildProcess; readonly pid: number }> {
  const words = ['sh', '-c', boot, 'sh', name, base, root];
  const outer = spawn('unshare', [...namespaces, '--propagation', hostPropagation(), ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const pid = await childOf(outer.pid ?? 0);
  const enter = (line: string) =>
    spawn(
      'nsenter',
      [
        ...['-t', `${pid}`, '-m', '-u', '-n', '-p', '-r', '-w', '--'],
        ...['env', '-i', 'HOME=/root', `PATH=/opt/xcat/bin:${process.env['PATH']}`, 'XCATROOT=/opt/xcat'],
        ...['sh', '-c', `cd /root; ${line}`],
      ],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );
  const type = (line: string, input = '') =>
    new Promise<Answer>((resolve, reject) => {
      const child = enter(line);
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk) => (stdout += chunk));
      child.stderr.on('data', (chunk) => (stderr += chunk));
      child.on('error', reject).on('close', (status) => resolve({ status, stdout, stderr }));
      // Who is killed reads nothing.
      child.stdin.on('error', () => {}).end(input);
    });
  return { outer, pid, state: join(base, `${name}-state`), begin: enter, type };
}

/** The process that has become the host: it sleeps in the root of its own. */
async function childOf(parent: number): Promise<number> {
  for (;;) {
    await sleep(50);
    const child = Number(readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ')[0]);
    // With an emulator before it where the host is of another architecture.
    const command = child > 0 ? readFileSync(`/proc/${child}/cmdline`, 'latin1') : '';
    if (/(^|\0)sleep\0infinity\0$/.test(command) && !command.startsWith('chroot')) return child;
  }
}

/** Types a line that must succeed. */
export async function must(host: Host, line: string): Promise<string> {
  const answer = await host.type(line);
  if (answer.status !== 0) throw new Error(`${line}: ${answer.stderr}${answer.stdout}`);
  return answer.stdout;
}

/** Puts a cable between two hosts, starts the ssh server of the second and makes its key known to the first. */
async function connectHosts(mgmt: Host, node: Host, key: string): Promise<void> {
  await run(['nsenter', '-t', `${mgmt.pid}`, '-n', 'ip', 'link', 'del', 'eth0'], { okCodes: [0, 1] });
  const cable = ['ip', 'link', 'add', 'eth0', 'netns', `${mgmt.pid}`, 'type', 'veth'];
  await run([...cable, 'peer', 'name', 'eth0', 'netns', `${node.pid}`]);
  for (const [host, address] of [
    [mgmt, '10.11.12.1'],
    [node, nodeAddress],
  ] as const) {
    const ip = ['nsenter', '-t', `${host.pid}`, '-n', 'ip'];
    await run([...ip, 'addr', 'add', `${address}/24`, 'dev', 'eth0']);
    await run([...ip, 'link', 'set', 'eth0', 'up']);
  }
  const hostKey = await must(node, `echo '${key.trim()}' | { ${serve}\n}`);
  await must(mgmt, `echo 'n1 ${hostKey.trim()}' >.ssh/known_hosts`);
}

/** What the management node is when it is no copy of this machine. */
export interface ManagementNode {
  readonly root: string;
  /** The node binary that it gets; absent: its root has one. */
  readonly nodejs?: string;
}

/**
 * Two hosts with a cable between them, the second with an ssh server whose key the first one knows. The first
 * may be of another release or architecture.
 */
export async function twoHosts({ root, nodejs }: ManagementNode = { root: '/' }): Promise<TwoHosts> {
  const base = await mkdtemp(join(tmpdir(), 'rootimg-two-'));
  await mkdir(join(base, 'install'));
  const mgmt = await startHost('mgmt', base, root);
  let node = await startHost('n1', base, '/');
  await must(mgmt, `echo '${nodeAddress} n1' >>/etc/hosts`);
  const keygen =
    'mkdir -m 700 .ssh; ssh-keygen -q -t ed25519 -N "" -f .ssh/id_ed25519; cat .ssh/id_ed25519.pub';
  const key = await must(mgmt, keygen);
  await connectHosts(mgmt, node, key);
  if (nodejs !== undefined) {
    await copyFile(nodejs, join(base, 'nodejs'));
    await must(mgmt, `install ${base}/nodejs /usr/bin/node`);
  }
  const install = `${nodejs === undefined ? process.execPath : 'node'} dist/tools/install-system.mjs --prefix /opt/xcat`;
  await must(mgmt, `cd ${process.cwd()} && ${install}`);
  return {
    base,
    mgmt,
    get node() {
      return node;
    },
    killNode: () => void node.outer.kill('SIGKILL'),
    restartNode: async () => {
      node = await startHost('n1', base, '/');
      await connectHosts(mgmt, node, key);
    },
    leave: async () => {
      for (const { outer } of [mgmt, node]) outer.kill('SIGKILL');
      await sleep(200);
      await rm(base, { recursive: true, force: true });
    },
  };
}

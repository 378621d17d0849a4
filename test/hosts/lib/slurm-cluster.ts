import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Host, must, startHost } from '../../e2e/lib/two-hosts.ts';
import { ensureHost } from './host.ts';

/** A Slurm whose controller, two nodes (n1, n2) and management node are one host of the test; n2 has another /srv. */
export interface SlurmCluster {
  /** Its `install` is the /install of all of them. */
  readonly base: string;
  readonly host: Host;
  leave(): Promise<void>;
}

const packages = ['slurmctld', 'slurmd', 'slurm-client', 'munge', 'dnf', 'iproute2', 'procps', 'libstdc++6'];

/** No limits and no control groups: they are the machine's own. */
const configuration = `ClusterName=test
SlurmctldHost=mgmt
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=/run/slurm/state
SlurmdSpoolDir=/run/slurm/%n
SlurmdPidFile=/run/slurm/%n.pid
SlurmctldPidFile=/run/slurm/controller.pid
SlurmctldLogFile=/run/slurm/controller.log
SlurmdLogFile=/run/slurm/%n.log
MpiDefault=none
NodeName=n1 NodeHostname=mgmt Port=17001 CPUs=1 Feature=first
NodeName=n2 NodeHostname=mgmt Port=17002 CPUs=1 Feature=second
PartitionName=build Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP`;

const begin = `set -e
ip link add eth0 type veth peer name eth1
ip addr add 10.11.13.1/24 dev eth0
ip link set eth0 up
echo '10.11.13.1 mgmt n1 n2' >>/etc/hosts
mount -t tmpfs tmpfs /sys/fs/cgroup
cat >/etc/slurm/slurm.conf
echo CgroupPlugin=cgroup/v1 >/etc/slurm/cgroup.conf
mkdir -p /run/munge /run/slurm/state /run/slurm/n1 /run/slurm/n2
head -c 1024 /dev/urandom >/etc/munge/munge.key
chown -R munge /etc/munge /run/munge /var/log/munge /var/lib/munge
chmod 400 /etc/munge/munge.key
su -s /bin/sh munge -c /usr/sbin/munged
slurmctld
slurmd -N n1
mkdir -p /srv
unshare --mount sh -c 'mount -t tmpfs tmpfs /srv; exec slurmd -N n2'
until sinfo --noheader --format=%t | grep -qx idle; do sleep 0.2; done 2>/dev/null`;

export async function slurmCluster(): Promise<SlurmCluster> {
  const root = await ensureHost({ suite: 'bookworm', more: packages });
  const base = await mkdtemp(join(tmpdir(), 'rootimg-slurm-'));
  await mkdir(join(base, 'install'));
  await mkdir(join(base, 'layers'));
  await copyFile(process.execPath, join(base, 'node'));
  const host = await startHost('mgmt', base, root);
  const lines = [
    `install ${base}/node /usr/local/bin/node`,
    // Packages that earlier builds keep are no business of this machine's.
    `mount --bind ${base}/layers /var/cache/rootimg/layers`,
    `cd ${process.cwd()} && node dist/tools/install-system.mjs --prefix /opt/xcat`,
    `echo '${configuration}' | { ${begin}\n}`,
  ];
  const leave = async () => {
    host.outer.kill('SIGKILL');
    await sleep(200);
    await rm(base, { recursive: true, force: true });
  };
  try {
    for (const line of lines) await must(host, line);
  } catch (error) {
    await leave();
    throw error;
  }
  return { base, host, leave };
}

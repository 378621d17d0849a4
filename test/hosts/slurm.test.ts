// genimage --via slurm, with a real Slurm of one controller and two nodes.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTinyImageWorld } from '../attack/lib/tiny-image.ts';
import type { Answer } from '../e2e/lib/two-hosts.ts';
import { slurmCluster, type SlurmCluster } from './lib/slurm-cluster.ts';

let cluster: SlurmCluster;

/** What each image's postinstall script does. */
const scripts = {
  fine: 'echo "$SLURMD_NODENAME" >/dev/null',
  failing: 'echo no licence server >&2; exit 7',
  slow: '[ -e /install/go ] || { : >/install/begun; until [ -e /install/go ]; do sleep 0.2; done; }',
};

beforeAll(async () => {
  cluster = await slurmCluster();
  const install = join(cluster.base, 'install');
  const tiny = await makeTinyImageWorld();
  await cp(join(tiny.dir, 'os'), join(install, 'os'), { recursive: true });
  await cp(tiny.goodKey, join(install, 'key'));
  await tiny.leave();
  await writeFile(join(install, 'list'), 'tiny-image\n');
  await type(
    'mkdir -p /install/netboot /install/rootimg-jobs /var/lib/rootimg/remote/jobs; chmod 700 /var/lib/rootimg/remote',
  );
  await type("mkdir -p /etc/rootimg; echo 'keys: [/install/key]' >/etc/rootimg/config.yaml");
  const words =
    'imagetype=linux osname=Linux profile=compute provmethod=netboot osvers=rocky9.4 osarch=x86_64 pkgdir=/install/os pkglist=/install/list';
  for (const [image, script] of Object.entries(scripts)) {
    await writeFile(join(install, `${image}.post`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await type(
      `mkdef -t osimage -o ${image} ${words} postinstall=/install/${image}.post rootimgdir=/install/netboot/${image}`,
    );
  }
}, 1_200_000);
afterAll(() => cluster?.leave());

/** Types a line that must succeed. */
async function type(line: string): Promise<Answer> {
  const answer = await cluster.host.type(line);
  expect(answer.status, `${line}\n${answer.stdout}${answer.stderr}`).toBe(0);
  return answer;
}

/** No job is left, nothing of a build lies on the nodes or between them, and what is remembered is forgotten. */
async function expectClean(): Promise<void> {
  await type('until [ -z "$(squeue --noheader)" ]; do sleep 0.2; done');
  const left =
    'ls -A /install/rootimg-jobs /var/lib/rootimg/remote/jobs; find /install/netboot -name .rootimg-r*';
  const { stdout } = await type(left);
  expect(stdout).toBe('/install/rootimg-jobs:\n\n/var/lib/rootimg/remote/jobs:\n');
}

/** Starts the build of `slow`, and waits until its script runs; gives the process that has submitted it. */
async function begun(words: string): Promise<{ readonly pid: string; readonly ended: Promise<Answer> }> {
  await type('rm -f /install/go /install/begun /root/pid');
  const ended = cluster.host.type(`${words} & echo $! >pid; wait $!`);
  const isRunning = 'until [ -s pid ]; do sleep 0.1; done; kill -0 $(cat pid)';
  await type(`until [ -e /install/begun ]; do ${isRunning} || exit 0; sleep 0.1; done`);
  return { pid: (await type('cat pid')).stdout.trim(), ended };
}

const jobOfSlow = 'squeue --noheader --array --format=%i --states=RUNNING';

test('of three images as one array one is cancelled, one fails, and one is built', async () => {
  const { ended } = await begun('genimage --json --via slurm --partition build fine failing slow');
  await type(`scancel $(${jobOfSlow} | tail -n 1)`);
  const answer = await ended;
  expect(answer.status, answer.stdout + answer.stderr).toBe(2);
  expect(answer.stderr).toMatch(/^slow:\nError: The job was told to stop on n[12]: by scancel/m);
  expect(answer.stderr).toMatch(/^failing:\nError: .*failing\.post/m);
  const facts = answer.stdout.split('\n').filter((line) => line.includes('"name":"node"'));
  expect(facts).toHaveLength(3);
  expect(new Set(facts.map((line) => /"job":"(rootimg-\w+)"/.exec(line)?.[1])).size).toBe(1);
  const log = await type('ls /install/netboot/failing/logs; ls /install/netboot/*/kernel');
  expect(log.stdout).toContain('/install/netboot/fine/kernel\n');
  expect(log.stdout).not.toMatch(/(slow|failing)\/kernel/);
  const manifest = await readFile(join(cluster.base, 'install/netboot/fine/manifest.json'), 'utf8');
  expect(manifest).toContain('/install/fine.post');
  expect(manifest).not.toContain('/var/lib/rootimg');
  await expectClean();
});

test('a job goes on when its submitting process is killed, and --resume takes what it made', async () => {
  const { pid, ended } = await begun('genimage --via slurm slow');
  await type(`kill -9 ${pid}`);
  await ended;
  await type('touch /install/go; until [ -z "$(squeue --noheader)" ]; do sleep 0.2; done');
  const taken = await type('genimage --resume slow');
  expect(taken.stdout).toMatch(/^Bring the image from n[12]: done/m);
  await type('packimage -m tar -c gzip slow');
  await expectClean();
  const again = await cluster.host.type('genimage --resume slow');
  expect(again.stderr).toContain('No build of slow on another host waits to be taken.');
});

test('a resumed job that still runs is followed', async () => {
  const { pid, ended } = await begun('genimage --via slurm slow');
  await type(`kill -9 ${pid}`);
  await ended;
  const resumed = cluster.host.type('genimage --via slurm --resume slow');
  await type('touch /install/go');
  expect((await resumed).status).toBe(0);
  await expectClean();
});

test('Ctrl-C cancels the job and waits for it', async () => {
  const { pid, ended } = await begun('genimage --via slurm slow');
  await type(`kill -INT ${pid}`);
  const answer = await ended;
  expect(answer.status, answer.stdout + answer.stderr).toBe(130);
  await expectClean();
});

test('a new build ends the job that nobody has taken', async () => {
  const { pid, ended } = await begun('genimage --via slurm slow');
  await type(`kill -9 ${pid}`);
  await ended;
  await type('touch /install/go; genimage --via slurm slow');
  await expectClean();
});

test('what Slurm does not take is told in its words, and a task that was killed in its own', async () => {
  const refused = await cluster.host.type('genimage --via slurm --constraint third fine');
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(
    /^Error: Slurm does not take the job\.\n.*\n.*Invalid feature specification$/m,
  );
  await expectClean();
  const { ended } = await begun('genimage --via slurm --constraint first slow');
  await type('kill -9 $(pgrep -f "[/]slurm_script")');
  const killed = await ended;
  expect(killed.status).toBe(1);
  expect(killed.stderr).toMatch(/^Error: The job \d+_0 on n1 is (FAILED|CANCELLED)\./m);
  // The next task there removes what it left.
  await type('touch /install/go; genimage --via slurm --constraint first fine');
  await expectClean();
});

test('a folder that the nodes do not see as it is here is told by the node', async () => {
  await type('mkdir -p /srv/os; cp -a /install/os/. /srv/os; chdef -t osimage -o fine pkgdir=/srv/os');
  await type('genimage --via slurm --constraint first fine');
  const answer = await cluster.host.type('genimage --via slurm --constraint second fine');
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain('n2 has no /srv/os/repodata/repomd.xml');
  await expectClean();
});

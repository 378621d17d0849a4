// What goes wrong between a management node and a building node: each fault with its exact outcome. The few
// that matter most are part of npm test: test/e2e/remote.test.ts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { remoteWorld, type RemoteWorld } from '../e2e/lib/remote-world.ts';
import type { Answer } from '../e2e/lib/two-hosts.ts';
import { amount } from '../lib/amount.ts';

let world: RemoteWorld;
let usual: number;

beforeAll(async () => {
  world = await remoteWorld('tiny');
  const started = performance.now();
  await world.must('genimage --on n1 there');
  usual = performance.now() - started;
});
afterAll(() => world?.hosts.leave());

const build = (words = '--on n1') => world.hosts.mgmt.type(`genimage ${words} there </dev/null`);
const onNode = (line: string) => world.onNode(line);
const imageFolder = () => world.imageFolder();
const expectRefused: RemoteWorld['expectRefused'] = (...words) => world.expectRefused(...words);
const nodeBuild = '/var/lib/rootimg/remote/builds/there';

/** A whole new image lies here, and nothing of its build there. */
async function expectBuilt(answer: Answer, before: string): Promise<void> {
  expect(answer.status, `${answer.stdout}${answer.stderr}`).toBe(0);
  const after = await imageFolder();
  expect(after).not.toBe(before);
  expect(after.split('\n').slice(4)).toEqual(before.split('\n').slice(4));
  expect(await onNode(`ls -A ${nodeBuild}`)).toBe('lock');
  expect(existsSync(join(world.hosts.base, 'install/netboot/there/.rootimg-remote.json'))).toBe(false);
}

const kill = (pids: string) => `for pid in $(${pids}); do kill -9 $pid; done`;
/** What ends in its host's own process numbers: ssh here, or the processes of a connection there. */
const cuts = [
  () => world.hosts.mgmt.type(kill('pgrep -x ssh')),
  () => world.hosts.node.type(kill('pgrep -P $(cat /run/sshd.pid)')),
];

test(
  'a connection that is cut at any moment changes nothing here, and the next contact brings the image',
  { timeout: 7_200_000 },
  async () => {
    const rounds = amount(2, 20);
    const lost =
      /^Error: (The connection to n1 is lost\.|There is no connection to n1\.|could not connect to n1: .*|The image did not come whole from n1\.)$/m;
    for (let round = 0; round < rounds; round += 1) {
      const moment = ((round + Math.random()) / rounds) * usual;
      const before = await imageFolder();
      const ended = build();
      await sleep(moment);
      await cuts[round % cuts.length]?.();
      const answer = await ended;
      const where = `round ${round}, after ${Math.round(moment)} of ${Math.round(usual)} ms`;
      if (answer.status === 0) continue;
      await expectRefused(answer, before, lost).catch((error: Error) => {
        throw new Error(`${where}: ${answer.stdout}${answer.stderr}`, { cause: error });
      });
      const resumed = await build('--resume');
      // Nothing had begun, or it needed packages while there was no connection.
      const isNone = /waits to be taken|no build of there|while the connection was cut/.test(resumed.stderr);
      await expectBuilt(isNone && resumed.status === 1 ? await build() : resumed, before).catch(
        (error: Error) => {
          throw new Error(where, { cause: error });
        },
      );
    }
  },
);

test('a disk of the node that gets full in mid-build ends the build in order', async () => {
  const before = await imageFolder();
  await onNode('mount -t tmpfs -o size=1100m tmpfs /var/lib/rootimg');
  try {
    await onNode('touch /tmp/hold');
    const { ended } = await world.begun('genimage --on n1 there', 'Run postinstall');
    await onNode('dd if=/dev/zero of=/var/lib/rootimg/full bs=1M 2>/dev/null; rm /tmp/hold');
    await expectRefused(await ended, before, /no space left|is full/i);
    expect(await onNode(`ls -A ${nodeBuild}`)).toBe('lock');
  } finally {
    await onNode('umount -l /var/lib/rootimg');
  }
  await expectBuilt(await build(), before);
});

test('an old kit and files that are no longer what was sent are replaced', async () => {
  const before = await imageFolder();
  const base = '/var/lib/rootimg/remote';
  await onNode(
    `cp -a ${base}/kits/* ${base}/kits/${'0'.repeat(64)}; for kit in ${base}/kits/*/netboot/*; do echo 'process.exit(9)' >$kit/genimage.mjs; done`,
  );
  await onNode(`for file in ${base}/blobs/*; do : >$file; done`);
  await expectBuilt(await build(), before);
  expect(await onNode(`find ${base}/blobs -type f -size 0`)).toBe('');
});

test('sudo with a password asks once at the terminal; the password stands nowhere else', async () => {
  const before = await imageFolder();
  const password = 'Gr8-geheim';
  await onNode(
    `useradd -m anna -s /bin/sh; echo 'anna:${password}' | chpasswd; mkdir -p /home/anna/.ssh; cp /root/.ssh/authorized_keys /home/anna/.ssh; chown -R anna /home/anna`,
  );
  await onNode("echo 'anna ALL=(ALL) ALL' >/etc/sudoers.d/anna; chmod 440 /etc/sudoers.d/anna");
  const look = `while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >>/tmp/cmdlines; sleep 0.3; done`;
  const watchers = [world.hosts.mgmt, world.hosts.node].map((host) => host.begin(look));
  const answer = await world.typed(password, 'genimage --on anna@n1 there');
  for (const watcher of watchers) watcher.kill('SIGKILL');
  await expectBuilt(answer, before);
  expect(answer.stderr).not.toContain(password);
  expect(answer.stderr.match(/Password of/g)).toHaveLength(1);
  const search = `grep -rlF '${password}' /tmp/cmdlines /var/log /var/lib/rootimg /home/anna /install 2>/dev/null | grep -v ^/tmp/cmdlines$; grep -cF genimage /tmp/cmdlines`;
  // The test itself types it into a shell of the management node.
  expect(await onNode(`${search}; grep -cF '${password}' /tmp/cmdlines`)).toMatch(/^\d+\n0$/);
  expect((await world.hosts.mgmt.type(`grep -rlF '${password}' /install/netboot /etc/rootimg`)).stdout).toBe(
    '',
  );
});

test('sudo without a password is used', async () => {
  const before = await imageFolder();
  await onNode(
    "id anna || useradd -m anna -s /bin/sh; usermod -p '*' anna; mkdir -p /home/anna/.ssh; cp /root/.ssh/authorized_keys /home/anna/.ssh; chown -R anna /home/anna; echo 'anna ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/anna; chmod 440 /etc/sudoers.d/anna",
  );
  await expectBuilt(await build('--on anna@n1'), before);
});

/** Gives the node what the management node has as /install, by a line that gets both folders as $1 and $2. */
async function shareInstall(line: string): Promise<void> {
  const { base, node } = world.hosts;
  const words = ['sh', '-c', line, 'sh', join(base, 'install'), join(base, 'n1-changes/root/install')];
  await run(['nsenter', '-t', `${node.pid}`, '-m', '--', ...words]);
}

test('an /install that the node has mounted read-only is used in its place, and nothing of it is sent', async () => {
  const before = await imageFolder();
  await world.must(
    'cp -a $(lsdef -t osimage -o there -i pkgdir | sed -n s/.*pkgdir=//p) /install/packages; chdef -t osimage -o there pkgdir=/install/packages',
  );
  await shareInstall('mount --bind "$1" "$2" && mount -o remount,bind,ro "$2"');
  const answer = await build('--json --on n1');
  await expectBuilt(answer, before);
  expect(answer.stdout).toContain('"sent":{"kit":0,"files":0,"repositories":0}');
  await onNode('umount /install');
});

// bindfs refuses what an NFS server with root_squash does: this kernel may have no NFS.
test.skipIf(!existsSync('/dev/fuse'))(
  'root_squash on the node is no hindrance; on the folder here it is told first',
  async () => {
    const before = await imageFolder();
    await shareInstall('bindfs --chown-deny --chgrp-deny --create-as-user "$1" "$2"');
    await expectBuilt(await build(), before);
    await onNode('umount /install');
    const now = await imageFolder();
    await world.must('mkdir -p /mnt/squashed; bindfs --chown-deny --chgrp-deny /install /mnt/squashed');
    await world.must('chdef -t osimage -o there rootimgdir=/mnt/squashed/netboot/there');
    await expectRefused(await build(), now, 'Root cannot change the owner of a file');
    await world.must('chdef -t osimage -o there rootimgdir=/install/netboot/there; umount /mnt/squashed');
  },
);

test('a node that is killed in mid-build: nothing changes here, and the build is not there any more', async () => {
  const before = await imageFolder();
  await onNode('touch /tmp/hold');
  const { ended } = await world.begun('genimage --on n1 there', 'Run postinstall');
  world.hosts.killNode();
  await expectRefused(await ended, before, /^Error: The connection to n1 is lost\.$/m);
  await expectRefused(await build('--resume'), before, 'There is no connection to n1.');
  await world.hosts.restartNode();
  await expectRefused(
    await build('--resume'),
    before,
    'The build of there on n1 was killed; nothing is left of it.',
  );
  await expectBuilt(await build(), before);
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEvent } from '../../src/plan/event.ts';
import { amount, testInLong } from '../lib/amount.ts';
import { factsOf, inodes, remoteWorld, type RemoteWorld } from './lib/remote-world.ts';
import type { TwoHosts } from './lib/two-hosts.ts';

let hosts: TwoHosts;
let sample: RemoteWorld['sample'];

let begun: RemoteWorld['begun'];
let must: RemoteWorld['must'];

/** What the build of `there` in another place told, by name. */
const buildThere = async () => factsOf((await must('genimage --json --on n1 there')).stdout);
let first: Record<string, unknown>;

beforeAll(async () => {
  // What is sent, and what comes of a fault, is the same of any image; the long form does it with a whole one.
  ({ hosts, sample, begun, must } = await remoteWorld(amount(0, 1) === 0 ? 'tiny' : 'sample'));
  await must('genimage here');
  first = await buildThere();
});
afterAll(() => hosts?.leave());

/** While this runs, builds on the node do not come to their end. */
async function whileHeld<T>(work: () => Promise<T>): Promise<T> {
  await hosts.node.type('touch /tmp/hold');
  try {
    return await work();
  } finally {
    await hosts.node.type('rm -f /tmp/hold');
  }
}

const sentOf = (facts: Record<string, unknown>) =>
  (facts['transfer'] as { sent: Record<'kit' | 'files' | 'repositories', number> }).sent;

test('an image that another host builds is the image that this one builds, member for member', async () => {
  expect(first).toMatchObject({
    node: { host: 'n1', root: 'yes' },
    transfer: { sent: { repositories: expect.any(Number) }, received: expect.any(Number) },
  });
  const compare = 'cd /install/netboot; rsync -aHAXnic --delete here/rootimg/ there/rootimg/';
  const { stdout: changes } = await must(compare);
  // Times and databases are of each build; `t` alone is a time.
  const others = changes
    .split('\n')
    .filter((line) => line !== '' && !/^\.[fdLDS]\.\.t\.\.\.\.\.\. /.test(line));
  // The content of `big` is chance.
  const differ = others.map((line) => line.split(' ').slice(1).join(' '));
  expect(differ.filter((path) => path !== 'etc/big').sort()).toEqual([
    ...['etc/by-post', 'var/lib/dnf/history.sqlite', 'var/lib/rpm/rpmdb.sqlite'],
  ]);
  // Files there, and here by the names that they have here.
  const manifest = await readFile(join(hosts.base, 'install/netboot/there', 'manifest.json'), 'utf8');
  expect(manifest).toContain('/install/small.pkglist');
  expect(manifest).not.toMatch(/127\.0\.0\.1|\/var\/lib\/rootimg/);
  const files = await must(
    'cd /install/netboot; ls -A there; cat there/rootimg/etc/by-post; stat -c %a-%n there/kernel there/init*',
  );
  expect(files.stdout).toBe(
    '.rootimg.lock\ninitrd-stateless.gz\ninitrd-statelite.gz\nkernel\nlogs\nmanifest.json\nrootimg\n' +
      '/var/lib/rootimg/remote/builds/there/inputs/0/small.pkglist\n' +
      '644-there/kernel\n644-there/initrd-stateless.gz\n644-there/initrd-statelite.gz\n',
  );
  await must('packimage -m squashfs there');
  // The node keeps the kit and small files; nothing of the build.
  const left = await hosts.node.type('ls /var/lib/rootimg/remote/builds/there');
  expect(left.stdout.trim()).toBe('lock');
});

test('a second build sends nothing that has not changed', async () => {
  const [before, after] = [sentOf(first), sentOf(await buildThere())];
  expect(before.kit).toBeGreaterThan(0);
  expect(after).toMatchObject({ kit: 0, files: 0 });
  expect(after.repositories).toBeLessThan(before.repositories / 2);
});

test('a second build of the image is refused, a client that is killed takes nothing with it, --resume brings what the node made', async () => {
  const before = await must(inodes);
  await whileHeld(async () => {
    const { pid, ended } = await begun('genimage --on n1 there', 'phase-start');
    // Another management node: another image folder.
    const other =
      'sed s,/netboot/there,/netboot/other, /root/there.stanza >/root/other.stanza; genimage --def /root/other.stanza --on n1 there';
    await must('lsdef -t osimage -z there >/root/there.stanza');
    const second = await hosts.mgmt.type(other);
    expect(second.stderr).toMatch(/there is being built on n1 already, for root@mgmt since /);
    expect(second.status).toBe(1);
    await must(`kill -9 ${pid}`);
    await ended;
  });
  expect((await must(inodes)).stdout).toBe(before.stdout);
  const taken = await must('genimage --resume there; ls -A /install/netboot/there');
  expect(taken.stdout).toContain('Bring the image from n1: done');
  expect(taken.stdout).not.toContain('.rootimg-');
  expect((await must(inodes)).stdout).not.toBe(before.stdout);
  const again = await hosts.mgmt.type('genimage --resume there');
  expect(again.stderr).toContain('No build of there on another host waits to be taken.');
});

testInLong('Ctrl-C lets the node stop, and leaves nothing there', async () => {
  const before = await must(inodes);
  await whileHeld(async () => {
    const { pid, ended } = await begun('genimage --on n1 there', 'phase-start');
    await must(`kill -INT ${pid}`);
    expect((await ended).status).toBe(130);
  });
  expect((await must(inodes)).stdout).toBe(before.stdout);
  const left = await hosts.node.type('ls /var/lib/rootimg/remote/builds/there; pgrep -f [g]enimage.mjs');
  expect(left.stdout.trim()).toBe('lock');
});

test('a cut connection stops the build there with --on-lost stop', async () => {
  const status = await whileHeld(async () => {
    const { pid, ended } = await begun('genimage --on n1 --on-lost stop there', 'phase-start');
    await must(`kill -9 ${pid}`);
    await ended;
    return hosts.node.type(
      'cd /var/lib/rootimg/remote/builds/there; until [ -f status ]; do sleep 0.1; done; cat status',
    );
  });
  expect(status.stdout.trim()).toBe('143');
});

test('a node that sends what leads out of the image folder changes nothing', async () => {
  const before = await must(inodes);
  await hosts.node.type(`cat >/usr/local/bin/tar <<'END'
#!/bin/sh
case $* in *--create*) cd /tmp; : >evil; exec /bin/tar --create -P --format=posix ../tmp/evil;; esac
exec /bin/tar "$@"
END
chmod +x /usr/local/bin/tar`);
  const answer = await hosts.mgmt.type(
    'genimage --on n1 there; ls /install/netboot /install/netboot/there -A',
  );
  await hosts.node.type('rm /usr/local/bin/tar');
  expect(answer.stderr).toContain('What came from the node is refused');
  expect(answer.stdout).not.toContain('evil');
  expect((await must(inodes)).stdout).toBe(before.stdout);
});

test('what is wrong with a node, its key or its sudo is told before anything is sent', async () => {
  const on = async (host: string) => (await hosts.mgmt.type(`genimage --on ${host} there </dev/null`)).stderr;
  await hosts.node.type('mv /usr/bin/node /usr/bin/node.off; date -u');
  expect(await on('n1')).toMatch(/^Error: n1 has no Node\.js; genimage needs version 20\.\n {2}Install/m);
  await hosts.node.type('mv /usr/bin/node.off /usr/bin/node');
  await hosts.node.type(
    `useradd -m anna -s /bin/sh; usermod -p '*' anna; mkdir /home/anna/.ssh; cp /root/.ssh/authorized_keys /home/anna/.ssh; chown -R anna /home/anna`,
  );
  expect(await on('anna@n1')).toContain('sudo on anna@n1 asks for a password, and there is no terminal.');
  await hosts.node.type(
    "echo 'anna ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/anna; chmod 440 /etc/sudoers.d/anna",
  );
  const key = await must(
    'cp .ssh/known_hosts known; ssh-keygen -q -t ed25519 -N "" -f other; echo "n1 $(cat other.pub)" >.ssh/known_hosts',
  );
  expect(key.stderr).toBe('');
  expect(await on('n1')).toMatch(/There is no connection to n1\.\n.*was the node installed anew\?/);
  await must('rm .ssh/known_hosts');
  expect(await on('n1')).toMatch(/Look at its key once: ssh n1/);
  await must('mv known .ssh/known_hosts');
});

test('the builders of config.yaml are looked at now, and the first that fits is taken', async () => {
  const none = await hosts.mgmt.type('rootimg builders; genimage --on auto there');
  expect(none.stdout).toMatch(/^There are none: config\.yaml has no builders\.\n/);
  expect(none.stderr).toMatch(/^Error: There is no list of hosts to choose from\.$/m);
  await must(`mkdir -p /etc/rootimg; touch /etc/rootimg/config.yaml; cp /etc/rootimg/config.yaml before; cat >>/etc/rootimg/config.yaml <<'END'
builders:
  - {name: p1, arch: ppc64le}
  - {name: n9}
  - {name: n1, osvers: [rocky9, ${sample.osvers}], user: root, options: [Port=22]}
END`);
  const { stdout, status } = await hosts.mgmt.type('rootimg builders --json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    builders: [
      { name: 'p1', arch: 'ppc64le', builds: [], problems: [{ code: 'ssh-failed' }] },
      { name: 'n9', builds: [], problems: [{ code: 'ssh-failed' }] },
      {
        name: 'n1',
        host: 'root@n1',
        builds: expect.arrayContaining(['dnf', 'apt']),
        facts: { root: 'yes' },
        problems: [],
      },
    ],
  });
  const { stdout: shown } = await hosts.mgmt.type('rootimg builders');
  expect(shown).toMatch(/^p1 {2}ppc64le {2}builds nothing now\n {2}Error: There is no connection to p1\./m);
  expect(shown).toMatch(/^n1 {2}x86_64 {2}\S.* {2}EL, (SUSE, )?Debian and Ubuntu, (SUSE, )?only rocky9, /m);
  const built = await must('genimage --on auto there');
  const passed = built.stdout.split('\n').filter((line) => line.startsWith('Not taken: '));
  expect(passed).toEqual([
    'Not taken: p1: It is for ppc64le, the image is for x86_64.',
    expect.stringMatching(/^Not taken: n9: There is no connection to n9\. ssh: Could not resolve /),
  ]);
  expect(built.stdout).toContain('Bring the image from root@n1: done');
  await must('mv before /etc/rootimg/config.yaml');
});

test('several images are built at once, and one that fails does not stop the others', async () => {
  await must(
    `lsdef -t osimage -z there | sed 's/^there:/power:/; s/osarch=.*/osarch=ppc64le/; s,/there,/power,' | mkdef -z`,
  );
  const answer = await hosts.mgmt.type('genimage --json --on x86_64=n1,ppc64le=n1 here power nothing there');
  expect(answer.status).toBe(2);
  const events = answer.stdout.split('\n').flatMap((line) => parseEvent(line) ?? []);
  const results = events.filter((event) => event.event === 'result');
  const told = results.map(({ image, exitCode, problems: [first] }) => [image, exitCode, first?.code]);
  expect(told.at(-1)).toEqual([undefined, 2, 'wrong-architecture']);
  expect(told.slice(0, -1).sort()).toEqual([
    ...[
      ['here', 0, undefined],
      ['nothing', 1, 'unknown-image'],
    ],
    ...[
      ['power', 1, 'wrong-architecture'],
      ['there', 0, undefined],
    ],
  ]);
  // Both were begun before either had ended.
  const begun = (of: string) =>
    events.findIndex(({ event, image }) => image === of && event === 'phase-start');
  const ended = (of: string) => events.findIndex(({ event, image }) => image === of && event === 'result');
  expect(Math.max(begun('here'), begun('there'))).toBeLessThan(Math.min(ended('here'), ended('there')));
  const summary = events.filter(({ event, image }) => event === 'line' && image === undefined);
  expect(summary.map(({ msg }) => msg?.replace(/ {2}(\d+m)?[\d.]+ ?m?s$/, ''))).toEqual([
    ...['here     n1  done  ', 'power    -   failed', 'nothing  -   failed', 'there    n1  done  '],
    '2 of 4 images are built.',
  ]);
  expect(answer.stderr).toMatch(/^power:\nError: n1 is x86_64, but the image is for ppc64le\.$/m);
});

testInLong('rootimg fetch brings an image that was built by hand', async () => {
  await must(
    'tar -C /install/netboot/here -c . | ssh n1 "mkdir -p /var/lib/rootimg/hand; tar -C /var/lib/rootimg/hand -x"',
  );
  const nothing = await hosts.mgmt.type('rootimg fetch n1:/nothing here');
  expect(nothing.stderr).toContain('There is no folder /nothing.');
  const other = await hosts.mgmt.type('rootimg fetch n1:/var/lib/rootimg/hand there');
  expect(other.stderr).toContain('What came is not this image: it is here (');
  const before = await must(
    'stat -c %i /install/netboot/here/rootimg; sha256sum </install/netboot/here/kernel',
  );
  await must('rootimg fetch n1:/var/lib/rootimg/hand here');
  const after = await must(
    'stat -c %i /install/netboot/here/rootimg; sha256sum </install/netboot/here/kernel',
  );
  const [inode, digest] = before.stdout.split('\n');
  expect(after.stdout.split('\n')[0]).not.toBe(inode);
  expect(after.stdout.split('\n')[1]).toBe(digest);
});

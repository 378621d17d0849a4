import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { factsOf, remoteWorld, type RemoteWorld } from './lib/remote-world.ts';

let world: RemoteWorld;
beforeAll(async () => {
  world = await remoteWorld();
});
afterAll(() => world?.hosts.leave());

test('an image that another host builds is the image that this one builds, member for member', async () => {
  const { hosts, must } = world;
  await must('genimage here');
  const { stdout } = await must('genimage --json --on n1 there');
  const { node, transfer } = await factsOf(stdout);
  expect(node).toMatchObject({ host: 'n1', root: 'yes' });
  expect(transfer).toMatchObject({
    sent: { repositories: expect.any(Number) },
    received: expect.any(Number),
  });
  const compare = 'cd /install/netboot; rsync -aHAXnic --delete here/rootimg/ there/rootimg/';
  const { stdout: changes } = await must(compare);
  // Times and databases are of each build; `t` alone is a time.
  const others = changes
    .split('\n')
    .filter((line) => line !== '' && !/^\.[fdLDS]\.\.t\.\.\.\.\.\. /.test(line));
  expect(others.map((line) => line.split(' ').slice(1).join(' ')).sort()).toEqual([
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

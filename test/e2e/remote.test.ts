import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { readEvents } from '../../src/plan/event.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';
import { type Answer, type TwoHosts, twoHosts } from './lib/two-hosts.ts';

let hosts: TwoHosts;

beforeAll(async () => {
  const sample = await ensureSampleRepository(silentReporter());
  hosts = await twoHosts();
  await writeFile(join(hosts.base, 'install/small.pkglist'), `${sample.pkglist.join('\n')}\n`);
  await writeFile(
    join(hosts.base, 'install/post'),
    '#!/bin/sh\necho "$IMG_PKGLIST" >"$IMG_ROOTIMGDIR/etc/by-post"\n',
    {
      mode: 0o755,
    },
  );
  const words =
    `imagetype=linux osname=Linux profile=compute provmethod=netboot osvers=${sample.osvers} osarch=${sample.arch} ` +
    `pkgdir=${sample.pkgdir} pkglist=/install/small.pkglist postinstall=/install/post`;
  for (const image of ['here', 'there']) {
    await must(`mkdef -t osimage -o ${image} ${words} rootimgdir=/install/netboot/${image}`);
  }
});
afterAll(() => hosts?.leave());

async function must(line: string): Promise<Answer> {
  const answer = await hosts.mgmt.type(line);
  expect(answer.status, `${line}\n${answer.stdout}${answer.stderr}`).toBe(0);
  return answer;
}

async function factsOf(json: string): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  for await (const event of readEvents(
    (async function* () {
      yield json;
    })(),
  )) {
    if (event.event === 'fact') facts[event.name] = event.data;
  }
  return facts;
}

const folder = (image: string) => join(hosts.base, 'install/netboot', image);

test('an image that another host builds is the image that this one builds, member for member', async () => {
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
  const manifest = await readFile(join(folder('there'), 'manifest.json'), 'utf8');
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
  const { stdout } = await must('genimage --json --on n1 there');
  const { transfer } = await factsOf(stdout);
  expect(transfer).toMatchObject({ sent: { kit: 0, files: 0 } });
  const { sent } = transfer as { sent: { repositories: number } };
  expect(sent.repositories).toBeLessThan(1e6);
});

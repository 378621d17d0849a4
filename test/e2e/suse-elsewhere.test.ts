import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amount } from '../lib/amount.ts';
import { remoteWorld, type RemoteWorld } from './lib/remote-world.ts';

/** Images of SUSE, of one package and whole, that another host's zypper fills, or that are made elsewhere. */
const kinds = (['tiny-suse', 'suse'] as const).slice(0, amount(1, 2));

describe.each(kinds)('%s', (kind) => {
  let world: RemoteWorld;
  beforeAll(async () => {
    world = await remoteWorld(kind);
    await world.must('genimage here');
  });
  afterAll(() => world?.hosts.leave());

  const manifestOf = async (image: string) =>
    JSON.parse(await readFile(join(world.hosts.base, 'install/netboot', image, 'manifest.json'), 'utf8'));

  test('another host builds what this one builds, of the same repositories by the names that they have here', async () => {
    const zypper = 'find /etc/zypp /var/cache/zypp /var/lib/zypp /var/log/zypp* 2>/dev/null | sort';
    const before = await world.onNode(zypper);
    await world.must('genimage --on n1 there');
    expect(await world.onNode(zypper)).toBe(before);
    const { stdout } = await world.must(
      'cd /install/netboot; rsync -aHAXnic --delete here/rootimg/ there/rootimg/',
    );
    // Times and databases are of each build; `t` alone is a time.
    const others = stdout.split('\n').filter((line) => line !== '' && !/^\.[fdLDS]\.\.t\.{6} /.test(line));
    // libzypp writes the date into AutoInstalled, which it has where packages came that nobody named.
    const differ = others.map((line) => line.split(' ').slice(1).join(' '));
    expect(differ.filter((path) => path !== 'var/lib/zypp/AutoInstalled').sort()).toEqual([
      ...['etc/by-post', 'usr/lib/sysimage/rpm/rpmdb.sqlite'],
    ]);
    const [here, there] = [await manifestOf('here'), await manifestOf('there')];
    expect(there.build.packages).toEqual(here.build.packages);
    expect(JSON.stringify(there)).not.toMatch(/127\.0\.0\.1|\/var\/lib\/rootimg/);
    await world.must('packimage -m squashfs there');
    expect(await world.onNode('ls /var/lib/rootimg/remote/builds/there')).toBe('lock');
  });

  test('--stage builds in another folder, and packimage takes the image from where it was left', async () => {
    const packages = (await manifestOf('here')).build.packages;
    await world.must('genimage --fresh --stage /var/tmp/stage here');
    expect((await manifestOf('here')).build.packages).toEqual(packages);
    const packed = await world.must('packimage -m squashfs here');
    expect(packed.stdout).toContain('Unpacked the tree that was built on another host');
  });
});

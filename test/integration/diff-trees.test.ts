import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FilesDiff, ImageDiff, NamedChange } from '../../src/plan/image-diff.ts';
import { diffImages } from '../../src/inspect/diff/diff-images.ts';
import { diffLines } from '../../src/inspect/diff/diff-text.ts';
import { buildVersion } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';

let world: PackWorld;
let root: string;
const spec = join(import.meta.dirname, '../../fixtures/rpm-database/packages.spec');

const manifest = {
  schema: 1,
  image: { name: 'x', osvers: 'rocky9.4', arch: 'x86_64', profile: 'p' },
} as const;
const side = (tree: string) => ({ label: tree, manifest, tree, packed: undefined });

/** The names that changed in each list, with a sign for how. */
function short(files: FilesDiff | undefined): Record<string, string[]> {
  const sign = ({ name, from, to }: NamedChange) =>
    `${from === undefined ? '+' : to === undefined ? '-' : '~'}${name}`;
  return Object.fromEntries(
    Object.entries(files ?? {}).flatMap(([key, list]) =>
      typeof list === 'string' || list.length === 0 ? [] : [[key, list.map(sign)]],
    ),
  );
}

beforeAll(async () => {
  world = makePackWorld();
  root = `${world.rootimgdir}/rootimg`;
  makeSmallTree(root);
  shell(
    world.base,
    `rpmbuild -bb --quiet --define "_topdir $PWD/top" ${spec} 2>/dev/null
mkdir -p image/rootimg/var/lib/rpm
rpm --root "$PWD/image/rootimg" --dbpath /var/lib/rpm --nodeps --nosignature --noscripts -i top/RPMS/noarch/one-*.rpm 2>/dev/null
cd image/rootimg; chmod 4755 usr/bin/app
printf 'root:x:0:0:root:/root:/bin/bash\\nold:x:9:9::/:/bin/false\\n' >etc/passwd
printf 'root:x:0:\\nwheel:x:10:b,a\\n' >etc/group
mkdir -p etc/systemd/system/multi-user.target.wants lib/modules/5/kernel/net lib/modules/5/extra opt/site
ln -s /usr/lib/systemd/system/sshd.service etc/systemd/system/multi-user.target.wants/sshd.service
ln -s /usr/lib/systemd/system/old.service etc/systemd/system/multi-user.target.wants/old.service
: >lib/modules/5/kernel/net/a.ko.xz; : >lib/modules/5/extra/b.ko; echo x >opt/site/file; echo same >opt/site/same
printf 'one\\ntwo\\nthree\\n' >etc/text.conf; printf 'a\\0b' >etc/binary; echo secret >etc/secret; chmod 600 etc/secret`,
  );
  await world.define();
  buildVersion(world, '5');
});
afterAll(() => world.remove());

/** Forty differences and what is no difference, in one go. */
const changes = `
chmod 755 usr/bin/app; cp usr/bin/app usr/bin/app2; chmod 2711 usr/bin/app2
setcap -r usr/bin/ping; echo n >usr/bin/cap; chmod 755 usr/bin/cap; setcap cap_net_admin,cap_sys_time=eip usr/bin/cap
chmod 666 opt/site/same; mkdir opt/open; chmod 777 opt/open
printf 'root:x:0:0:root:/root:/bin/sh\\nnew:x:99:99::/:/bin/false\\n' >etc/passwd; printf 'root:x:0:\\nwheel:x:10:a,b,c\\n' >etc/group
rm etc/systemd/system/multi-user.target.wants/old.service; ln -s /x/new.service etc/systemd/system/multi-user.target.wants/new.service
ln -s /dev/null etc/systemd/system/sshd.service
rm lib/modules/5/extra/b.ko; mkdir lib/modules/5/updates; : >lib/modules/5/updates/b.ko; : >lib/modules/5/updates/c.ko.zst
printf 'one\\n2\\nthree\\n' >etc/text.conf; printf 'a\\0c' >etc/binary; echo SECRET >etc/secret; ln -sf b.conf etc/link; rm etc/ab.conf; echo new >etc/new.conf
echo y >opt/site/file; echo more >opt/site/more; mkdir -p opt/empty
echo hacked >usr/bin/link2; rm usr/bin/link; printf 'own\\n' >usr/bin/app.tmp; mv usr/bin/app.tmp usr/bin/app; chmod 755 usr/bin/app
mkdir -p var/log var/cache/x tmp; echo log >var/log/messages; echo c >var/cache/x/y; echo id >etc/machine-id; echo cache >etc/ld.so.cache; echo t >tmp/t
mkdir -p usr/lib/python3/__pycache__; echo p >usr/lib/python3/__pycache__/x.pyc; echo d >lib/modules/5/modules.dep
chown 12:13 opt/site`;

function expectAll(diff: ImageDiff): void {
  expect(diff.same).toBe(false);
  expect(short(diff.files)).toEqual({
    setuid: ['-usr/bin/app', '+usr/bin/app2'],
    capabilities: ['+usr/bin/cap', '-usr/bin/ping'],
    worldWritable: ['+opt/open', '+opt/site/same'],
    users: ['+new', '-old', '~root'],
    groups: ['~wheel'],
    units: ['+new.service', '-old.service', '~sshd.service'],
    modules: ['~b', '+c'],
    configuration: [
      ...['-/etc/ab.conf', '~/etc/binary', '~/etc/group', '~/etc/link', '+/etc/new.conf', '~/etc/passwd'],
      ...['~/etc/secret', '~/etc/text.conf'],
    ],
    unowned: [
      ...['-/lib/modules/5/extra/b.ko', '+/lib/modules/5/updates/b.ko'],
      ...['+/lib/modules/5/updates/c.ko.zst', '+/opt/empty', '+/opt/open', '~/opt/site', '~/opt/site/file'],
      ...['+/opt/site/more', '~/opt/site/same', '+/usr/bin/app2', '+/usr/bin/cap', '+/usr/bin/link2'],
    ],
    packaged: ['~/usr/bin/app', '-/usr/bin/link'],
  });
}

test('planted differences of two trees are all found, and none in a copy', async () => {
  const copy = `${world.base}/copy`;
  shell(world.base, `rm -rf copy; cp -a image/rootimg copy`);
  const same = await diffImages(side(root), side(copy));
  expect(short(same.files)).toEqual({});
  expect(same.same).toBe(true);

  shell(copy, changes);
  const diff = await diffImages(side(root), side(copy));
  expectAll(diff);
  const text = diffLines(diff).join('\n');
  expect(text).toContain('      -two\n      +2\n');
  expect(text).toContain('  + usr/bin/cap  cap_net_admin,cap_sys_time=eip');
  expect(text).toContain(
    '  ~ sshd.service  wanted by multi-user.target → masked, wanted by multi-user.target',
  );
  expect(text).toContain('  ~ b  extra → updates');
  expect(text).not.toContain('secret\n');
  expect(text).not.toContain('SECRET');
});

test.each(['cpio -c gzip', 'tar -c zstd', 'squashfs -c zstd', 'erofs -c lz4'])(
  'two generations, packed with -m %s: the same is found in what was packed',
  async (method) => {
    shell(world.base, 'rm -rf kept image/generations; cp -a image/rootimg kept');
    buildVersion(world, '5');
    const pack = () => world.run(`packimage --force -m ${method} myimg`);
    expect((await pack()).code).toBe(0);
    expect((await pack()).code).toBe(0);
    const same = await world.run('rootimg diff --json myimg@1 myimg@2');
    expect([same.code, JSON.parse(same.stdout).files]).toMatchObject([0, { of: 'packed roots' }]);
    shell(root, changes);
    expect((await pack()).code).toBe(0);
    const { stdout } = await world.run('rootimg diff --json myimg@2 myimg@3');
    const diff = JSON.parse(stdout) as ImageDiff;
    const isErofs = method.startsWith('erofs');
    expect(Object.keys(short(diff.files))).toEqual([
      ...(isErofs ? [] : ['setuid', 'capabilities']),
      ...['worldWritable', 'users', 'groups', 'units', 'modules', 'configuration', 'unowned', 'packaged'],
    ]);
    expect(short(diff.files)).toMatchObject({
      users: ['+new', '-old', '~root'],
      ...(isErofs ? {} : { capabilities: ['+usr/bin/cap', '-usr/bin/ping'] }),
    });
    expect(diff.notCompared.map(({ what }) => what)).toEqual(isErofs ? ['setuid bits and capabilities'] : []);
    shell(world.base, 'rm -rf image/rootimg; mv kept image/rootimg');
  },
);

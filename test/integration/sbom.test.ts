import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginDpkg, dpkg, makeDeb } from '../lib/debs.ts';
import { buildVersion } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld, shell } from './pack/world.ts';
import { spdxProblems } from './spdx-rules.ts';

let world: PackWorld;
let root: string;
let list: string;
const spec = join(import.meta.dirname, '../../fixtures/rpm-database/packages.spec');

beforeAll(async () => {
  world = makePackWorld();
  root = `${world.rootimgdir}/rootimg`;
  makeSmallTree(root);
  shell(
    world.base,
    `rpmbuild -bb --quiet --define "_topdir $PWD/top" ${spec} 2>/dev/null
mkdir -p image/rootimg/var/lib/rpm
rpm --root "$PWD/image/rootimg" --dbpath /var/lib/rpm --nodeps --nosignature --noscripts -i top/RPMS/noarch/*.rpm 2>/dev/null
mkdir -p image/rootimg/lib/modules/5/extra; echo m >image/rootimg/lib/modules/5/extra/site.ko; printf 'ID="rocky"\\n' >image/rootimg/etc/os-release`,
  );
  list = world.write('x.pkglist', '# what it is for\\none\n@core\n'.replace('\\n', '\n'));
  await world.define({ pkglist: list });
  buildVersion(world, '5');
});
afterAll(() => world.remove());

/** PATH has nothing: no rpm, no dpkg. */
const sbom = (words: string, env: Record<string, string> = {}) =>
  world.run(`rootimg sbom myimg${words}`, { PATH: '/nowhere', ...env });

test('CycloneDX: valid, and says of each package and file what is to be known', async () => {
  const { code, stdout, stderr } = await sbom('');
  expect([code, stderr]).toEqual([0, '']);
  expect(await new JsonStrictValidator(Version.v1dot6).validate(stdout)).toBe(null);
  const bom = JSON.parse(stdout);
  const packages = bom.components.filter(({ type }: { type: string }) => type === 'library');
  const installed = execFileSync('rpm', [
    '--dbpath',
    `${root}/var/lib/rpm`,
    '-qa',
    '--qf',
    '%{NAME} %{EVR}\n',
  ]).toString();
  expect(
    packages.map((one: Record<string, string>) => `${one['name']} 2:${one['version']?.replace(/^2:/, '')}`),
  ).toEqual(installed.trim().split('\n').sort());
  expect(packages[0]).toMatchObject({
    purl: 'pkg:rpm/rocky/one@1-2.el9?arch=noarch&epoch=2',
    licenses: [{ expression: 'GPL-2.0-or-later AND MIT' }],
    supplier: { name: 'Somebody' },
    properties: expect.arrayContaining([{ name: 'rootimg:asked-by', value: `${list}:2: one` }]),
  });
  expect(bom.dependencies).toContainEqual({
    ref: 'package:one-2:1-2.el9.noarch',
    dependsOn: ['package:two-2:1-2.el9.noarch'],
  });
  const files = bom.components.filter(({ type }: { type: string }) => type !== 'library');
  expect(files).toContainEqual(
    expect.objectContaining({ type: 'device-driver', name: '/lib/modules/5/extra/site.ko' }),
  );
  expect(files).toContainEqual(expect.objectContaining({ type: 'file', name: '/etc/a.conf' }));
  expect(files.map(({ name }: { name: string }) => name)).not.toContain('/usr/bin/app');
});

test('SPDX: keeps the rules of version 2.3, and holds the same', async () => {
  const { code, stdout, stderr } = await sbom(' --format spdx');
  expect([code, stderr]).toEqual([0, '']);
  const document = JSON.parse(stdout);
  expect(spdxProblems(document)).toEqual([]);
  expect(document.packages.map(({ name }: { name: string }) => name)).toEqual(['myimg', 'one', 'two']);
  expect(document.packages[1]).toMatchObject({
    licenseDeclared: 'GPL-2.0-or-later AND MIT',
    externalRefs: [{ referenceLocator: 'pkg:rpm/rocky/one@1-2.el9?arch=noarch&epoch=2' }],
    comment: expect.stringContaining(`asked by ${list}:2: one`),
  });
  expect(spdxProblems({ ...document, relationships: [{ spdxElementId: 'x' }] })).not.toEqual([]);
});

test('the same SOURCE_DATE_EPOCH gives the same bytes', async () => {
  for (const format of ['cyclonedx', 'spdx']) {
    const [one, two, other] = await Promise.all(
      ['1700000000', '1700000000', '1700000001'].map((SOURCE_DATE_EPOCH) =>
        sbom(` --format ${format}`, { SOURCE_DATE_EPOCH }),
      ),
    );
    expect(one?.stdout).toContain('2023-11-14T22:13:20');
    expect(two?.stdout).toBe(one?.stdout);
    expect(other?.stdout).not.toBe(one?.stdout);
  }
});

test('a database that cannot be read: what the manifest recorded, with a warning', async () => {
  const kept = `${world.base}/kept`;
  shell(
    world.base,
    `mv image/rootimg/var/lib/rpm kept; mkdir image/rootimg/var/lib/rpm; echo x >image/rootimg/var/lib/rpm/Packages
sed -i 's/"packages":\\[\\]/"packages":[{"nevra":"bash-5.1-1.el9.x86_64"}]/' image/manifest.json`,
  );
  const { stdout, stderr } = await sbom('');
  expect(stderr).toContain('packages are those that the manifest recorded');
  expect(JSON.parse(stdout).components.map(({ purl }: { purl: string }) => purl)).toEqual([
    'pkg:rpm/rocky/bash@5.1-1.el9?arch=x86_64',
  ]);
  shell(world.base, `rm -r image/rootimg/var/lib/rpm; mv ${kept} image/rootimg/var/lib/rpm`);
});

test('why names the line of the list, the chain, and what a package costs', async () => {
  const { code, stdout } = await world.run('rootimg why myimg one', { PATH: '/nowhere' });
  expect([code, stdout]).toEqual([
    0,
    `one-2:1-2.el9.noarch
  asked for by ${list}:2: one
  takes 9 bytes; 3 kB with what only it needs: two-2:1-2.el9.noarch
`,
  ]);
  const { stdout: other } = await world.run('rootimg why myimg two');
  expect(other).toContain(`  ${list}:2: one → one-2:1-2.el9.noarch → two-2:1-2.el9.noarch\n`);
  expect(other).toContain('  needed by one-2:1-2.el9.noarch\n');
  const json = JSON.parse((await world.run('rootimg why --json myimg two')).stdout);
  expect(json).toMatchObject({ schema: 1, packages: [{ package: 'two-2:1-2.el9.noarch' }] });
  // What is no package is a path, as before.
  expect((await world.run('rootimg why myimg usr')).stdout).toContain('usr: packed');
});

test('wrong words', async () => {
  expect(await sbom(' --format xml')).toMatchObject({ code: 2, stderr: expect.stringContaining("'xml'") });
  expect(await sbom('@1')).toMatchObject({ code: 1 });
});

test('of Debian: licences of copyright files, digests, needs', async () => {
  rmSync(root, { recursive: true });
  mkdirSync(`${root}/etc`, { recursive: true });
  writeFileSync(`${root}/etc/os-release`, 'ID=debian\n');
  beginDpkg(root);
  dpkg(
    root,
    '--install',
    makeDeb(world.base, { name: 'libc6', version: '2.36-9', files: { 'usr/lib/libc.so': 'x' } }),
  );
  mkdirSync(`${root}/usr/share/doc/libc6`, { recursive: true });
  writeFileSync(
    `${root}/usr/share/doc/libc6/copyright`,
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: MIT\n\nFiles: x\nLicense: GPL-2+\n',
  );
  const { stdout } = await sbom('');
  expect(await new JsonStrictValidator(Version.v1dot6).validate(stdout)).toBe(null);
  expect(JSON.parse(stdout).components).toContainEqual(
    expect.objectContaining({
      purl: expect.stringMatching(/^pkg:deb\/debian\/libc6@2\.36-9\?arch=/),
      licenses: [{ license: { name: 'GPL-2+ AND MIT' } }],
    }),
  );
  expect(spdxProblems(JSON.parse((await sbom(' --format spdx')).stdout))).toEqual([]);
});

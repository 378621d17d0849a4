import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureSampleArchive } from '../../tools/sample-archive/index.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';
import { type TwoHosts, twoHosts } from '../e2e/lib/two-hosts.ts';
import { ensureHost } from './lib/host.ts';

let hosts: TwoHosts;

/** The management node is of Debian 13 and has no package manager for any image; the building node is this machine's release. */
beforeAll(async () => {
  const archive = await ensureSampleArchive(silentReporter());
  const sample = await ensureSampleRepository(silentReporter());
  const tools = ['nodejs', 'openssh-client'];
  hosts = await twoHosts({ root: await ensureHost({ suite: 'trixie', more: tools }) });
  await writeFile(join(hosts.base, 'install/el.pkglist'), `${sample.pkglist.join('\n')}\n`);
  const common = 'imagetype=linux osname=Linux profile=compute provmethod=netboot';
  const lines = [
    `mkdir -p /etc/rootimg; echo 'keys: [${archive.keyFile}]' >/etc/rootimg/config.yaml`,
    `mkdef -t osimage -o el ${common} osvers=${sample.osvers} osarch=${sample.arch} pkgdir=${sample.pkgdir} pkglist=/install/el.pkglist rootimgdir=/install/netboot/el`,
    `mkdef -t osimage -o deb ${common} osvers=${archive.osvers} osarch=${archive.arch} pkgdir=${archive.mirror} pkglist=/opt/xcat/share/xcat/netboot/ubuntu/compute.ubuntu22.04.x86_64.pkglist rootimgdir=/install/netboot/deb`,
  ];
  for (const line of lines) {
    const { status, stdout, stderr } = await hosts.mgmt.type(line);
    expect(status, `${line}: ${stdout}${stderr}`).toBe(0);
  }
});
afterAll(() => hosts?.leave());

test('a management node of Debian 13 has an image of deb packages and one of RPMs built on another release, in one call', async () => {
  const release = await hosts.mgmt.type('cat /etc/debian_version; command -v dnf mmdebstrap');
  expect(release.stdout).toMatch(/^13/);
  expect(release.stdout).not.toMatch(/dnf|mmdebstrap/);
  const built = await hosts.mgmt.type('genimage --on n1 deb el');
  expect(built.status, `${built.stdout}${built.stderr}`).toBe(0);
  expect(built.stdout).toContain('2 of 2 images are built.');
  for (const image of ['deb', 'el']) {
    const manifest = await readFile(join(hosts.base, 'install/netboot', image, 'manifest.json'), 'utf8');
    expect(manifest).not.toMatch(/127\.0\.0\.1|\/var\/lib\/rootimg/);
    const packed = await hosts.mgmt.type(`packimage -m squashfs ${image}`);
    expect(packed.status, packed.stderr).toBe(0);
  }
  const content = await hosts.mgmt.type(
    'cd /install/netboot; cat deb/rootimg/etc/os-release; ls deb/rootimg/var/lib/dpkg/status el/rootimg/var/lib/rpm',
  );
  expect(content.stdout).toContain('22.04');
  expect(content.stdout).toContain('rpmdb.sqlite');
});

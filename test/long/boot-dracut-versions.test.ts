import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../src/system/exec.ts';
import { administrator } from '../e2e/lib/administrator.ts';
import { debianMirror } from '../hosts/lib/host.ts';

/** What a node needs to come up over the network and let its administrator in. */
const packages = [
  ...['systemd', 'systemd-sysv', 'udev', 'kmod', 'dracut', 'dracut-network', 'openssh-server', 'dbus'],
  ...['iproute2', 'curl', 'zstd', 'linux-image-cloud-amd64'],
];
/** What brings the network up, in the initrd and after it. */
const dhclient = ['iputils-arping', 'isc-dhcp-client', 'ifupdown'];
const networkManager = ['network-manager', 'cpio'];

/** A suite that the mirror does not have is skipped, and told. */
async function isThere(address: string): Promise<boolean> {
  return (
    (await run(['curl', '--silent', '--fail', '--head', address], { okCodes: [...Array(256).keys()] }))
      .exitCode === 0
  );
}

test.skipIf(process.arch !== 'x64').for([
  ['debian11', 'bullseye', /^051/, dhclient],
  ['debian12', 'bookworm', /^059/, dhclient],
  ['debian13', 'trixie', /^106/, dhclient],
  // The newest there is; its Release file may have expired on a mirror that is seldom renewed.
  ['debian14', 'sid', /^1[01]\d/, networkManager],
] as const)(
  'our initrd module works in the dracut of %s (%s)',
  async ([osvers, suite, version, network], { skip }) => {
    const mirror = await debianMirror();
    if (!(await isThere(`${mirror}/dists/${suite}/Release`))) {
      console.warn(`SKIPPED: the mirror of this host has no ${suite}`);
      skip(`no ${suite}`);
    }
    const admin = await administrator();
    try {
      const rootimgdir = join(admin.installdir, suite);
      const [pkglist, sources] = [join(admin.base, 'a.pkglist'), join(admin.base, 'a.sources')];
      await writeFile(pkglist, `${[...packages, ...network].join('\n')}\n`);
      await writeFile(
        sources,
        `Types: deb\nURIs: ${mirror}\nSuites: ${suite}\nComponents: main\nCheck-Valid-Until: no\n`,
      );
      const must = async (...line: Parameters<typeof admin.type>) => {
        const { status, stdout, stderr } = await admin.type(...line);
        expect(status, stdout + stderr).toBe(0);
      };
      const words = ['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'];
      const own = [`osvers=${osvers}`, 'osarch=x86_64', `pkglist=${pkglist}`, `pkgdir=${sources}`];
      await must('mkdef', '-t', 'osimage', '-o', suite, ...words, ...own, `rootimgdir=${rootimgdir}`);
      await must('genimage', suite);
      const manifest = JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8'));
      expect(manifest.build.tools.dracut).toMatch(version);
      await must('packimage', '-m', 'squashfs', suite);
      await must('rootimg', 'boot', suite);
      const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8'));
      expect(report).toMatchObject({ ok: true, failedUnits: [] });
      console.info(`${suite}: dracut ${manifest.build.tools.dracut}`);
    } finally {
      await admin.leave();
    }
  },
);

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureEmulation } from '../../tools/lib/emulation.ts';
import { administrator } from '../e2e/lib/administrator.ts';
import { debianMirror } from '../hosts/lib/host.ts';

/** What a node needs to come up over the network and let its administrator in. */
const packages = [
  ...['systemd', 'systemd-sysv', 'udev', 'kmod', 'dracut', 'dracut-network', 'openssh-server', 'dbus'],
  ...['iproute2', 'iputils-arping', 'isc-dhcp-client', 'ifupdown', 'curl', 'zstd'],
];

const suites: Readonly<Record<string, string>> = { debian12: 'bookworm', debian13: 'trixie' };

/** Milliseconds for building, packing and booting one image in emulators. */
const patience = 2_700_000;

test.each([
  ['debian12', 'aarch64', 'linux-image-arm64'],
  ['debian12', 'ppc64el', 'linux-image-powerpc64le'],
  ['debian12', 's390x', 'linux-image-s390x'],
  ['debian13', 'aarch64', 'linux-image-arm64'],
  ['debian13', 'riscv64', 'linux-image-riscv64'],
])(
  '%s for %s is built under emulation, and comes up in its own machine',
  { timeout: patience },
  async (osvers, arch, kernel) => {
    const missing = await ensureEmulation(arch === 'ppc64el' ? 'ppc64le' : arch, silentReporter());
    expect(missing).toBeUndefined();
    const admin = await administrator();
    try {
      const rootimgdir = join(admin.installdir, 'netboot/foreign');
      const pkglist = join(admin.base, 'foreign.pkglist');
      await writeFile(pkglist, [...packages, kernel, ''].join('\n'));
      const words = ['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'];
      const own = [`osvers=${osvers}`, `osarch=${arch}`, `pkglist=${pkglist}`, `rootimgdir=${rootimgdir}`];
      // The release alone: updates are not mirrored everywhere for all architectures.
      own.push(`pkgdir=${await debianMirror()} ${suites[osvers]} main`);
      const seconds: string[] = [];
      const must = async (...line: Parameters<typeof admin.type>) => {
        const start = performance.now();
        const { status, stdout, stderr } = await admin.type(...line);
        expect(status, stdout + stderr).toBe(0);
        seconds.push(`${line[0]} ${((performance.now() - start) / 1000).toFixed(0)} s`);
      };
      await must('mkdef', '-t', 'osimage', '-o', 'foreign', ...words, ...own);
      await must('genimage', '--emulate', 'foreign');
      const manifest = JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8'));
      expect(manifest.build.emulated.interpreter).toMatch(/^\//);
      await must('packimage', '-m', 'squashfs', 'foreign');
      await must('rootimg', 'boot', '--timeout', '900', 'foreign');
      const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8'));
      expect(report).toMatchObject({ ok: true, rootType: 'overlay', failedUnits: [] });
      console.info(`${osvers} ${arch}: ${seconds.slice(1).join(', ')}`);
    } finally {
      await admin.leave();
    }
  },
);

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { debArchiveOf } from '../../src/family/archives.ts';
import { listOf } from '../../tools/quickstart/road.ts';
import { type Administrator, administrator } from '../e2e/lib/administrator.ts';
import { nodeChecks, pingCapabilityCheck, pingCheck, sshdCheck } from '../e2e/lib/node-checks.ts';
import { debianMirror } from '../hosts/lib/host.ts';

/** A mirror of Ubuntu and the keys of its archive, where they are not where a host of Ubuntu has them. */
const { ROOTIMG_UBUNTU_MIRROR: ubuntuMirror, ROOTIMG_UBUNTU_KEYRING: ubuntuKeyring } = process.env;
const hasUbuntu = ubuntuMirror !== undefined;

const forms = [
  ['cpio', 'zstd', 'tmpfs'],
  ['tar', 'gzip', 'tmpfs'],
  ['squashfs', 'zstd', 'overlay'],
  ['erofs', 'lz4', 'overlay'],
] as const;
const squashfs = forms.slice(2, 3);

if (!hasUbuntu) console.warn('SKIPPED: releases of Ubuntu; ROOTIMG_UBUNTU_MIRROR names no mirror');

// From Debian 13 on ping has no capability: a sysctl of linux-sysctl-defaults lets all users.
describe.skipIf(process.arch !== 'x64').each([
  ['debian12', /^059/, pingCapabilityCheck, forms],
  ['debian13', /^106/, pingCheck, forms],
  ...(hasUbuntu
    ? ([
        ['ubuntu22.04', /^051/, pingCapabilityCheck, squashfs],
        ['ubuntu24.04', /^060/, pingCheck, squashfs],
        ['ubuntu26.04', /^1\d\d/, pingCheck, squashfs],
      ] as const)
    : []),
] as const)('the compute profile of %s', (osvers, dracut, ping, own) => {
  const checks = [ping, sshdCheck];
  const image = `${osvers}-x86_64-netboot-compute`;
  const seconds: string[] = [];
  let admin: Administrator;
  let rootimgdir: string;

  async function must(name: string, ...words: string[]): Promise<void> {
    const start = performance.now();
    const { status, stdout, stderr } = await admin.type(name, ...words);
    expect(status, stdout + stderr).toBe(0);
    seconds.push(`${name} ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }

  beforeAll(async () => {
    admin = await administrator();
    rootimgdir = join(admin.installdir, 'netboot', osvers, 'x86_64/compute');
    const archive = debArchiveOf(osvers);
    const mirror = archive?.id === 'ubuntu' ? ubuntuMirror : await debianMirror();
    await must('chdef', '-t', 'site', '-o', 'clustersite', `${archive?.siteAttribute}=${mirror}`);
    if (archive?.id === 'ubuntu' && ubuntuKeyring !== undefined) {
      expect(existsSync(ubuntuKeyring), ubuntuKeyring).toBe(true);
      await writeFile(join(admin.base, 'etc/config.yaml'), `keys: [${ubuntuKeyring}]\n`);
    }
    const netboot = join(process.cwd(), 'share/xcat/netboot');
    const script = join(netboot, archive?.id ?? '', `compute.${osvers}.x86_64.postinstall`);
    const list = join(admin.base, 'small.pkglist');
    await writeFile(list, listOf(osvers, 'x86_64', netboot));
    const words = ['imagetype=linux', 'osname=Linux', 'profile=compute', 'provmethod=netboot'];
    words.push(`osvers=${osvers}`, 'osarch=x86_64', `pkglist=${list}`);
    words.push(`postinstall=${script},${await nodeChecks(admin.base, checks)}`);
    await must('mkdef', '-t', 'osimage', '-o', image, ...words);
    await must('genimage', image);
    console.info(`${osvers}: ${seconds.at(-1)}`);
    const { build } = JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8'));
    expect(build.tools.dracut).toMatch(dracut);
  });
  afterAll(() => admin?.leave());

  test.each(own)('comes up as %s with %s', async (method, compressor, rootType) => {
    seconds.length = 0;
    await must('packimage', '-m', method, '-c', compressor, image);
    await must('rootimg', 'boot', image);
    const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8'));
    expect(report).toMatchObject({ ok: true, rootType, targetState: 'active', failedUnits: [] });
    const said = await readFile(join(rootimgdir, 'logs/boot-console.log'), 'utf8');
    for (const check of checks) expect(said).toContain(check.said);
    // genimage has done the work of the first boot.
    expect(said).not.toContain('Rebuild Hardware Database');
    console.info(`${osvers} ${method} ${compressor}: ${seconds.join(', ')}`);
  });
});

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentReporter } from '../../src/report/silent.ts';
import { ensureSampleRepository } from '../../tools/sample-repo/index.ts';
import { type Administrator, administrator } from './lib/administrator.ts';

const image = 'mycomputeimage';
let admin: Administrator;
let rootimgdir: string;

beforeAll(async () => {
  const sample = await ensureSampleRepository(silentReporter());
  admin = await administrator();
  rootimgdir = join(admin.installdir, `netboot/${sample.osvers}/${sample.arch}/compute`);
  await writeFile(join(admin.base, 'compute.pkglist'), `${sample.pkglist.join('\n')}\n`);
  await writeFile(join(admin.base, 'otherpkgs.pkglist'), 'site/tools/site-hello\n');
  const made = await admin.type(
    ...([
      'mkdef',
      '-t',
      'osimage',
      '-o',
      image,
      'imagetype=linux',
      'osname=Linux',
      'profile=compute',
    ] as const),
    ...['provmethod=netboot', `osvers=${sample.osvers}`, `osarch=${sample.arch}`, `pkgdir=${sample.pkgdir}`],
    ...[`otherpkgdir=${sample.otherpkgdir}`, `otherpkglist=${join(admin.base, 'otherpkgs.pkglist')}`],
    ...[`pkglist=${join(admin.base, 'compute.pkglist')}`, `rootimgdir=${rootimgdir}`],
  );
  expect(made).toMatchObject({ status: 0 });
});
afterAll(() => admin?.leave());

test('genimage builds tree, kernel and initrds', async () => {
  const built = await admin.type('genimage', image);
  expect(built.stderr).not.toContain('Error');
  expect(built.status).toBe(0);
  for (const name of [
    'rootimg/usr/bin',
    'kernel',
    'initrd-stateless.gz',
    'initrd-statelite.gz',
    'manifest.json',
  ]) {
    expect(existsSync(join(rootimgdir, name)), name).toBe(true);
  }
  expect(existsSync(join(admin.base, `tftpboot/xcat/osimage/${image}/kernel`))).toBe(true);
});

const packs = [
  ['squashfs', 'zstd', 'rootimg.sfs', 'overlay'],
  ['cpio', 'gzip', 'rootimg.cpio.gz', 'tmpfs'],
] as const;

test.each(packs)('%s with %s boots to its default target', async (method, compressor, file, rootType) => {
  const packed = await admin.type('packimage', '-m', method, '-c', compressor, image);
  expect(packed.stderr).not.toContain('Error');
  expect(packed.status).toBe(0);
  expect(existsSync(join(rootimgdir, file))).toBe(true);
  const booted = await admin.type('rootimg', 'boot', image);
  expect(booted.stderr).not.toContain('Error');
  expect(booted.status).toBe(0);
  const manifest = JSON.parse(await readFile(join(rootimgdir, 'manifest.json'), 'utf8'));
  const report = JSON.parse(await readFile(join(rootimgdir, 'boot.json'), 'utf8'));
  expect(report).toMatchObject({ uuid: manifest.pack.uuid, rootType, failedUnits: [] });
});

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SampleImage, sampleImage } from './lib/sample-image.ts';

const image = 'mycomputeimage';
let admin: SampleImage;
let rootimgdir: string;

beforeAll(async () => {
  admin = await sampleImage(image, async ({ base }, sample) => {
    const list = join(base, 'otherpkgs.pkglist');
    await writeFile(list, 'site/tools/site-hello\n');
    return [`otherpkgdir=${sample.otherpkgdir}`, `otherpkglist=${list}`];
  });
  rootimgdir = admin.rootimgdir;
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

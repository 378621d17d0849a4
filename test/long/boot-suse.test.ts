import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SampleImage, sampleSuseImage } from '../e2e/lib/sample-image.ts';

const forms = [
  ['cpio', 'gzip', 'tmpfs'],
  ['tar', 'zstd', 'tmpfs'],
  ['erofs', 'lz4', 'overlay'],
  ['squashfs', 'zstd', 'overlay'],
] as const;

describe.each([
  // Its own network: the two of 15 have wicked, that of 16 has NetworkManager.
  ['sles15.6', 'wicked-'],
  ['leap15.6', 'wicked-'],
  ['leap16.0', 'NetworkManager-'],
] as const)('%s by zypper', (osvers, network) => {
  let admin: SampleImage;
  const read = async (name: string) => JSON.parse(await readFile(join(admin.rootimgdir, name), 'utf8'));
  beforeAll(async () => {
    admin = await sampleSuseImage('suse', osvers);
    const built = await admin.type('genimage', 'suse');
    expect(built.status, built.stdout + built.stderr).toBe(0);
    const { build } = await read('manifest.json');
    const packages = build.packages as { nevra: string }[];
    expect(packages.some(({ nevra }) => nevra.startsWith(network))).toBe(true);
  });
  afterAll(() => admin?.leave());

  test.each(forms)('%s with %s comes up with no failed unit', async (method, compressor, rootType) => {
    const packed = await admin.type('packimage', '-m', method, '-c', compressor, 'suse');
    expect(packed.status, packed.stderr).toBe(0);
    const booted = await admin.type('rootimg', 'boot', '--timeout', '900', 'suse');
    expect(booted.status, booted.stdout + booted.stderr).toBe(0);
    expect(await read('boot.json')).toMatchObject({ ok: true, rootType, failedUnits: [] });
  });
});

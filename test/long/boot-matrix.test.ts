import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';

let admin: SampleImage;
beforeAll(async () => {
  admin = await sampleImage('matrix');
  expect(await admin.type('genimage', 'matrix')).toMatchObject({ status: 0 });
});
afterAll(() => admin?.leave());

const forms = [
  ['squashfs', 'gzip', 'overlay'],
  ['squashfs', 'xz', 'overlay'],
  ['squashfs', 'zstd', 'overlay'],
  ['cpio', 'gzip', 'tmpfs'],
  ['cpio', 'xz', 'tmpfs'],
  ['cpio', 'zstd', 'tmpfs'],
  ['tar', 'gzip', 'tmpfs'],
  ['tar', 'xz', 'tmpfs'],
  ['tar', 'zstd', 'tmpfs'],
] as const;

test.each(forms)('%s with %s boots', async (method, compressor, rootType) => {
  expect(await admin.type('packimage', '-m', method, '-c', compressor, 'matrix')).toMatchObject({
    status: 0,
  });
  const booted = await admin.type('rootimg', 'boot', '--timeout', '800', 'matrix');
  expect(booted.stderr).not.toContain('Error');
  const report = JSON.parse(await readFile(join(admin.rootimgdir, 'boot.json'), 'utf8'));
  expect(report).toMatchObject({ ok: true, rootType, failedUnits: [] });
});

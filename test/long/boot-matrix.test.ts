import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeChecks, pingCapabilityCheck } from '../e2e/lib/node-checks.ts';
import { type SampleImage, sampleImage } from '../e2e/lib/sample-image.ts';

let admin: SampleImage;
beforeAll(async () => {
  admin = await sampleImage('matrix', async ({ base }) => [
    `postinstall=${await nodeChecks(base, [pingCapabilityCheck])}`,
  ]);
  expect(await admin.type('genimage', 'matrix')).toMatchObject({ status: 0 });
});
afterAll(() => admin?.leave());

async function cameUp(machine: object, rootType: string): Promise<void> {
  const report = JSON.parse(await readFile(join(admin.rootimgdir, 'boot.json'), 'utf8'));
  expect(report).toMatchObject({ ok: true, rootType, failedUnits: [], machine });
  const console = await readFile(join(admin.rootimgdir, 'logs/boot-console.log'), 'utf8');
  expect(console).toContain(pingCapabilityCheck.said);
}

const forms = [
  ['cpio', 'gzip', 'tmpfs'],
  ['cpio', 'xz', 'tmpfs'],
  ['cpio', 'zstd', 'tmpfs'],
  ['tar', 'gzip', 'tmpfs'],
  ['tar', 'xz', 'tmpfs'],
  ['tar', 'zstd', 'tmpfs'],
  ['erofs', 'lz4', 'overlay'],
  ['squashfs', 'gzip', 'overlay'],
  ['squashfs', 'xz', 'overlay'],
  ['squashfs', 'zstd', 'overlay'],
] as const;

test.each(forms)('%s with %s is published after it has come up', async (method, compressor, rootType) => {
  const packed = await admin.type('packimage', '-m', method, '-c', compressor, '--gate', 'boot', 'matrix');
  expect(packed.stderr).not.toContain('Error');
  await cameUp({ firmware: 'bios', pxe: false }, rootType);
});

// What is packed is the last of the forms, a squashfs.
test.each([
  ['bios', true],
  ['uefi', true],
  ['uefi', false],
] as const)('squashfs comes up with %s, PXE %s', async (firmware, pxe) => {
  const words = ['--firmware', firmware, '--timeout', '900', ...(pxe ? ['--pxe'] : [])];
  const booted = await admin.type('rootimg', 'boot', ...words, 'matrix');
  expect(booted.stderr).not.toContain('Error');
  await cameUp({ firmware, pxe }, 'overlay');
});

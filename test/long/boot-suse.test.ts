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
  /** Types a command that must succeed; gives its seconds. */
  const timed = async (command: string, ...words: string[]) => {
    const started = performance.now();
    const { status, stdout, stderr } = await admin.type(command, ...words);
    expect(status, stdout + stderr).toBe(0);
    return ((performance.now() - started) / 1000).toFixed(1);
  };
  beforeAll(async () => {
    admin = await sampleSuseImage('suse', osvers);
    console.info(`${osvers}: genimage ${await timed('genimage', 'suse')} s`);
    const { build } = await read('manifest.json');
    const packages = build.packages as { nevra: string }[];
    expect(packages.some(({ nevra }) => nevra.startsWith(network))).toBe(true);
  });
  afterAll(() => admin?.leave());

  test.each(forms)('%s with %s comes up with no failed unit', async (method, compressor, rootType) => {
    const packed = await timed('packimage', '-m', method, '-c', compressor, 'suse');
    const booted = await timed('rootimg', 'boot', '--timeout', '900', 'suse');
    const report = await read('boot.json');
    console.info(
      `${osvers} ${method}: pack ${packed} s, default target ${report.seconds.target} s after power on, boot ${booted} s`,
    );
    expect(report).toMatchObject({ ok: true, rootType, failedUnits: [] });
  });
});

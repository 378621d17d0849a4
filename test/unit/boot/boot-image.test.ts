import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bootImage } from '../../../src/boot/boot-image.ts';
import { bootReportName } from '../../../src/boot/boot-report.ts';
import type { BootRequest } from '../../../src/boot/request.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { builtRecord } from '../../lib/built-record.ts';
import { useFolder } from '../../lib/folder.ts';

const folder = useFolder();

/** A packed image that no emulator can boot; `keyed`: its initrd boots what is signed only. */
async function packed({ keyed = false, initrd = 'initrd' } = {}): Promise<void> {
  for (const name of ['kernel', 'rootimg.cpio.gz']) await folder.file(name, name);
  await folder.file('initrd-stateless.gz', initrd);
  const key = await folder.file('sums.pem', 'key');
  const sha256 = createHash('sha256').update('key').digest('hex');
  const pack = {
    ...{ finished: '2024-01-01T00:00:00Z', file: 'rootimg.cpio.gz', method: 'cpio', compressor: 'gzip' },
    ...{ uuid: 'u', members: 1, leftOut: 0, contentBytes: 10, size: 15, sha256: 'ab', warnings: [] },
  };
  const build = {
    ...builtRecord('initrd', keyed ? { signedFor: 'img' } : {}),
    files: keyed ? [{ path: key, sha256, role: 'sumskey' }] : [],
  };
  const image = { name: 'img', osvers: 'rocky9.4', arch: 'm68k', profile: 'p' };
  await folder.file('manifest.json', JSON.stringify({ schema: 1, image, build, pack }));
}

async function boot() {
  const request: BootRequest = {
    ...{ rootimgdir: folder.path, imageName: 'img', cpus: 1, firmware: 'bios', pxe: false, timeout: 5 },
  };
  const warnings: string[] = [];
  const reporter = { ...silentReporter(), warn: (text: string) => void warnings.push(text) };
  const error = await bootImage(request, { reporter }).catch((reason: unknown) => reason);
  return { error, warnings };
}

test('a node that boots signed images only would wait for ever: one that is not signed is not tried', async () => {
  await packed({ keyed: true });
  const report = await folder.file(bootReportName, '{}');
  const { error } = await boot();
  expect(error).toMatchObject({ code: 'not-signed', hint: 'Run rootimg sign img.' });
  // Nothing was tried: what an earlier boot said still holds.
  expect(existsSync(report)).toBe(true);
});

test('what an earlier boot said does not stand when this one fails', async () => {
  await packed();
  await folder.file(bootReportName, '{}');
  const { error, warnings } = await boot();
  expect(error).toBeInstanceOf(Error);
  expect(warnings).toEqual([]);
  expect(existsSync(join(folder.path, bootReportName))).toBe(false);
});

test('an initrd that is not the one that was built is warned of, and boots all the same', async () => {
  await packed({ keyed: true, initrd: 'of another tool' });
  const { error, warnings } = await boot();
  expect(warnings).toEqual([expect.stringContaining('was not made by the genimage')]);
  expect(error).not.toMatchObject({ code: 'not-signed' });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareRpmVersions } from '../../../../src/packages/rpm/rpm-version.ts';
import { chooseCompressor } from '../../../../src/genimage/initrd/initrd-compressor.ts';
import { findKernels, kernelOrder, newestKernel } from '../../../../src/genimage/initrd/kernel.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-kernel-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content = 'x'): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

test('the newest kernel as rpm compares boots, from the first file of the order', async () => {
  for (const version of ['5.14.0-70.el9.x86_64', '5.14.0-427.el9.x86_64']) {
    await put(`lib/modules/${version}/modules.dep`);
    await put(`boot/vmlinuz-${version}`);
  }
  await put('boot/vmlinux-5.14.0-427.el9.x86_64');
  await put('boot/vmlinuz-0-rescue-abc');
  expect(newestKernel(await findKernels(root))).toEqual({
    version: '5.14.0-427.el9.x86_64',
    file: 'boot/vmlinux-5.14.0-427.el9.x86_64',
  });
});

test('in a tree of Debian packages the newest is that which dpkg calls so', async () => {
  await put('var/lib/dpkg/status', 'Package: dpkg\nStatus: install ok installed\nVersion: 1\n');
  const versions = ['6.12.9-rt-amd64', '6.12.10+deb13-amd64', '6.12.10+deb13~rc1-amd64'];
  for (const version of versions) {
    await put(`lib/modules/${version}/modules.dep`);
    await put(`boot/vmlinuz-${version}`);
  }
  expect((await findKernels(root)).map(({ version }) => version)).toEqual([
    '6.12.9-rt-amd64',
    '6.12.10+deb13~rc1-amd64',
    '6.12.10+deb13-amd64',
  ]);
});

test('a kernel that lies only beside its modules counts, modules without a kernel do not', async () => {
  await put('lib/modules/6.1/vmlinuz');
  await put('lib/modules/7.0/modules.dep');
  expect(await findKernels(root)).toEqual([{ version: '6.1', file: 'lib/modules/6.1/vmlinuz' }]);
});

test('an image without kernel has none', async () => {
  expect(await findKernels(root)).toEqual([]);
});

test('a debugging kernel never wins', () => {
  expect(
    ['5.14.0-427.el9.x86_64+debug', '5.14.0-70.el9.x86_64'].sort(kernelOrder(compareRpmVersions)).at(-1),
  ).toBe('5.14.0-70.el9.x86_64');
});

test('the initrd is compressed with what kernel and image both can', async () => {
  const choose = async () => (await chooseCompressor(root, '6.1')).name;
  await put('boot/config-6.1', 'CONFIG_RD_GZIP=y\n# CONFIG_RD_ZSTD is not set\n');
  await put('usr/bin/zstd');
  expect(await choose()).toBe('gzip');
  await put('usr/bin/pigz');
  expect(await choose()).toBe('pigz');
  await put('boot/config-6.1', 'CONFIG_RD_ZSTD=y\n');
  expect(await choose()).toBe('zstd');
  await rm(join(root, 'usr/bin/zstd'));
  expect(await choose()).toBe('pigz');
});

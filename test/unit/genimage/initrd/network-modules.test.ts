import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { networkModules } from '../../../../src/genimage/initrd/network-modules.ts';

let root: string;
const put = async (path: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), '');
};

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rootimg-test-'));
  await put('usr/lib/dracut/modules.d/35network-legacy/module-setup.sh');
  for (const name of ['ip', 'sed', 'awk', 'grep', 'pgrep', 'tr', 'expr', 'arping'])
    await put(`usr/bin/${name}`);
});
afterEach(() => rm(root, { recursive: true }));

test('an image with dhclient brings the network up with it', async () => {
  expect(await networkModules(root)).toEqual([]);
  await put('usr/sbin/dhclient');
  expect(await networkModules(root)).toEqual(['network-legacy']);
});

test('NetworkManager goes first, and what dracut does not have is not asked for', async () => {
  await put('usr/sbin/dhclient');
  await put('usr/libexec/nm-initrd-generator');
  expect(await networkModules(root)).toEqual([]);
  await rm(join(root, 'usr/libexec'), { recursive: true });
  await rm(join(root, 'usr/lib/dracut/modules.d/35network-legacy'), { recursive: true });
  expect(await networkModules(root)).toEqual([]);
});

test('a tool that the module asks for must be there', async () => {
  await put('usr/sbin/dhclient');
  await rm(join(root, 'usr/bin/arping'));
  expect(await networkModules(root)).toEqual([]);
});

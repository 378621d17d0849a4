import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isIndexed } from '../../../../src/genimage/initrd/depmod.ts';

const version = '5.14.0-427.el9';
const modules = `lib/modules/${version}`;
let base: string;
let root: string;

const put = async (path: string, content = '') => {
  await mkdir(dirname(join(base, path)), { recursive: true });
  await writeFile(join(base, path), content);
};
const link = async (path: string, target: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await symlink(target, join(root, path));
};

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-depmod-'));
  root = join(base, 'rootimg');
  for (const path of ['kernel/net/a.ko.xz', 'kernel/net/b-c.ko', 'modules.order', 'kernel/readme']) {
    await put(`rootimg/${modules}/${path}`);
  }
  await put('rootimg/etc/depmod.d/dist.conf');
  await put('elsewhere/host.ko');
  await put('rootimg/usr/src/headers/sample.ko');
  await link(`${modules}/source`, '/usr/src/headers');
  await link(`${modules}/build`, base);
  await setTimeout(20);
  await put(`rootimg/${modules}/modules.dep`, 'kernel/net/a.ko.xz: kernel/net/b-c.ko\nkernel/net/b-c.ko:\n');
});
afterEach(() => rm(base, { recursive: true }));

test('an index of what is there holds, whatever lies behind the links to the sources', async () => {
  await put('elsewhere/newer.ko');
  await put(`rootimg/${modules}/kernel/readme`, 'newer');
  expect(await isIndexed(root, version)).toBe(true);
});

describe('it is made anew where', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['there is none', () => rm(join(root, modules, 'modules.dep'))],
    ['a module came', () => put(`rootimg/${modules}/extra/site.ko`)],
    ['a module came at the top', () => put(`rootimg/${modules}/site.ko.zst`)],
    ['a module went', () => rm(join(root, modules, 'kernel/net/b-c.ko'))],
    ['a whole folder went', () => rm(join(root, modules, 'kernel'), { recursive: true })],
    ['the content of a module changed', () => put(`rootimg/${modules}/kernel/net/a.ko.xz`, 'new')],
    ['a rule of depmod came', () => put('rootimg/etc/depmod.d/site.conf', 'search updates')],
    ['a rule of depmod changed', () => put('rootimg/etc/depmod.d/dist.conf', 'search updates')],
    ['a rule of depmod went', () => rm(join(root, 'etc/depmod.d/dist.conf'))],
    ['the kernel has another order', () => put(`rootimg/${modules}/modules.order`, 'a')],
    [
      'a module of another kernel is linked',
      async () => {
        await put('rootimg/lib/modules/other/extra/weak.ko');
        await link(`${modules}/weak-updates/weak.ko`, '/lib/modules/other/extra/weak.ko');
      },
    ],
    [
      'a folder of modules is linked',
      async () => {
        await put('rootimg/opt/drivers/nic.ko');
        await link(`${modules}/extra`, '/opt/drivers');
      },
    ],
  ])('%s', async (_, change) => {
    await setTimeout(20);
    await change();
    expect(await isIndexed(root, version)).toBe(false);
  });
});

test('links that lead out of the image, nowhere, or round in a circle are no modules', async () => {
  await link(`${modules}/extra/out.ko`, join(base, 'elsewhere/host.ko'));
  await link(`${modules}/extra/gone.ko`, 'nowhere.ko');
  await link(`${modules}/extra/up`, '..');
  await link(`${modules}/extra/self`, 'self');
  expect(await isIndexed(root, version)).toBe(true);
});

test('what came out of the cache after its index is as it was', async () => {
  await setTimeout(20);
  await put(`rootimg/${modules}/kernel/net/a.ko.xz`);
  expect(await isIndexed(root, version)).toBe(false);
  expect(await isIndexed(root, version, Date.now() + 1)).toBe(true);
});

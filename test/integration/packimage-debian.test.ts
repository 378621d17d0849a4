import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostCodename, unpackDebianTree } from '../lib/debian-tree.ts';
import { makePackWorld, type PackWorld } from './pack/world.ts';

const isHere = hostCodename() !== undefined;
let world: PackWorld;
let root: string;

beforeAll(async () => {
  if (!isHere) return;
  world = makePackWorld();
  root = join(world.rootimgdir, 'rootimg');
  unpackDebianTree(root);
  const exlist = join(import.meta.dirname, '../../share/xcat/netboot/debian/compute.debian12.x86_64.exlist');
  await world.define({ osvers: 'debian12', exlist });
}, 300_000);
afterAll(() => {
  if (isHere) world.remove();
});

const manifest = () => JSON.parse(readFileSync(join(world.rootimgdir, 'manifest.json'), 'utf8'));

// By the quickest compressors: each is tried with a small tree.
test.skipIf(!isHere).each([
  ['cpio', 'zstd', 'rootimg.cpio.zst'],
  ['tar', 'zstd', 'rootimg.tar.zst'],
  ['squashfs', 'lz4', 'rootimg.sfs'],
  ['erofs', 'lz4', 'rootimg.erofs'],
])(
  'a Debian tree is packed as %s, with its largest packages in the manifest',
  async (method, compressor, file) => {
    const { code, stderr } = await world.run(`packimage -m ${method} -c ${compressor} myimg`);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('dpkg') });
    expect(world.published()).toContain(file);
    const { largestPackages, packageDatabase } = manifest().pack;
    expect(largestPackages).toHaveLength(10);
    for (const { nevra, bytes } of largestPackages) {
      expect(nevra).toMatch(/^[a-z0-9][a-z0-9+.-]+_[^_]+_(all|[a-z0-9]+)$/);
      expect(bytes).toBeGreaterThan(1_000_000);
    }
    expect(packageDatabase).toMatch(/^[0-9a-f]{64}$/);
  },
);

test.skipIf(!isHere).each(['/bin/bash', 'usr/bin/bash'])(
  'why names the package of %s, whatever it is called',
  async (path) => {
    const { stdout } = await world.run(`rootimg why myimg ${path}`);
    expect(stdout).toMatch(/: packed\n(.*\n)* {2}package: bash_\d[^_]*_[a-z0-9]+$/m);
  },
);

test.skipIf(!isHere)('packages that dpkg has not finished are a warning', async () => {
  const status = join(root, 'var/lib/dpkg/status');
  const before = readFileSync(status, 'utf8');
  writeFileSync(
    status,
    before.replace(/(Package: bash\nEssential: yes\nStatus: install ok )installed/, '$1half-configured'),
  );
  const { stderr } = await world.run('packimage -m squashfs -c lz4 myimg');
  expect(stderr).toMatch(
    /Warning: dpkg has not finished these packages of the image: bash_\S+ \(half-configured\)\./,
  );
  writeFileSync(status, before);
});

test.skipIf(!isHere)('files that a loss of power has emptied are not packed', async () => {
  const folder = join(root, 'usr/share/perl5/Debconf');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  for (const one of names.slice(0, 6)) truncateSync(join(one.parentPath, one.name));
  const { code, stderr } = await world.run('packimage -m squashfs -c lz4 myimg');
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("6 files of the image's packages are empty"),
  });
  expect(await world.run('packimage -m squashfs -c lz4 --force myimg')).toMatchObject({ code: 0 });
});

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compressorsIn } from '../../src/pack/formats/squashfs/known-compressors.ts';
import { withoutZstd } from '../lib/old-mksquashfs.ts';
import { bootFolders, buildVersion, publishedPack } from './pack/built-image.ts';
import { makePackWorld, makeSmallTree, type PackWorld } from './pack/world.ts';

// Own modules: mksquashfs of this host is asked once in a process what it knows, and here it is an old one.

let world: PackWorld;
beforeEach(async () => {
  world = makePackWorld();
  makeSmallTree(`${world.rootimgdir}/rootimg`);
  await world.define();
});
afterEach(() => {
  vi.unstubAllEnvs();
  world.remove();
});

/** One that knows no zstd, as 4.3 (EL 7 and 8). */
function useOldMksquashfs(): void {
  const path = world.write('old/mksquashfs', '');
  writeFileSync(path, withoutZstd(readFileSync('/usr/bin/mksquashfs')));
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${world.base}/old:${process.env['PATH']}`);
}

const config = (...options: string[]) => options.map((one) => `CONFIG_SQUASHFS_${one}=y\n`).join('');

test('without zstd in mksquashfs gzip is taken and said; -c zstd is refused by name', async () => {
  useOldMksquashfs();
  world.write('image/rootimg/boot/config-5.14', config('ZLIB', 'ZSTD'));
  const usual = await world.run('packimage -m squashfs myimg');
  expect(usual.code, usual.stderr).toBe(0);
  expect(usual.stdout).toContain('mksquashfs of this host knows no zstd: the image is packed with gzip.');
  expect(publishedPack(world).compressor).toBe('gzip');
  const asked = await world.run('packimage -m squashfs -c zstd myimg');
  expect(asked.code).toBe(1);
  expect(asked.stderr).toMatch(/mksquashfs of this host does not know zstd\.\n.*gzip, pigz, xz/);
});

test('a wrapper around mksquashfs is refused: where that works nothing else is there', async () => {
  const path = world.write('wrapper/mksquashfs', '#!/bin/sh\nexec /usr/bin/mksquashfs "$@"\n');
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${world.base}/wrapper:${process.env['PATH']}`);
  const { code, stderr } = await world.run('packimage -m squashfs -c gzip myimg');
  expect(code).toBe(1);
  expect(stderr).toMatch(/wrapper\/mksquashfs is a script: .*\n.*before it in PATH/);
});

test('the compressors in the help of mksquashfs, of old versions too', () => {
  const old =
    'SYNTAX:./mksquashfs source1 …\n\nCompressors available and compressor specific options:\n\tgzip (default)\n\t  -Xcompression-level <compression-level>\n\t\t<compression-level> should be 1 .. 9\n\tlzo\n\t  -Xalgorithm <algorithm>\n\txz\n\t  -Xbcj filter1\n';
  expect(compressorsIn(old)).toEqual(['gzip', 'lzo', 'xz']);
  expect(compressorsIn('no help')).toEqual([]);
});

describe('a kernel that cannot read what is packed is named', () => {
  test.each([
    ['squashfs', 'xz', config('ZLIB'), 'CONFIG_SQUASHFS_XZ'],
    ['squashfs', 'lz4', '# CONFIG_SQUASHFS_LZ4 is not set\n', 'CONFIG_SQUASHFS_LZ4'],
    ['erofs', 'zstd', 'CONFIG_EROFS_FS_ZIP=y\n', 'CONFIG_EROFS_FS_ZIP_ZSTD'],
  ])('%s with %s', async (method, compressor, text, option) => {
    world.write('image/rootimg/boot/config-5.14', text);
    const { stderr } = await world.run(`packimage -m ${method} -c ${compressor} myimg`);
    // mkfs.erofs of this host may know no zstd: it is refused before.
    if (stderr.includes('mkfs.erofs of this host does not know')) return;
    expect(stderr).toContain(`(boot/config-5.14 has no ${option})`);
  });

  test('not one that can, nor where nobody knows, nor of another kernel than the one that is booted', async () => {
    world.write('image/rootimg/boot/config-5.14', config('XZ').replace('=y', '=m'));
    expect((await world.run('packimage -m squashfs -c xz myimg')).stderr).not.toContain(
      'cannot read squashfs',
    );
    expect((await world.run('packimage -m cpio -c gzip myimg')).stderr).not.toContain('cannot read');
    buildVersion(world, '5.14');
    world.write('image/rootimg/boot/config-4.18', '');
    expect((await world.run('packimage -m squashfs -c xz myimg')).stderr).not.toContain(
      'cannot read squashfs',
    );
  });
});

test('rollback and history name an initrd that another tool made', async () => {
  await world.define({}, { tftpdir: `${world.base}/tftp` });
  buildVersion(world, '1.0');
  expect((await world.run('packimage -c gzip myimg')).code).toBe(0);
  for (const folder of bootFolders(world)) writeFileSync(`${folder}/initrd-stateless.gz`, 'made by xCAT');
  expect((await world.run('packimage -c gzip myimg')).code).toBe(0);
  const history = await world.run('rootimg history myimg');
  expect(history.stderr).toContain('The initrd of generation 2 was not made by this genimage');
  const first = await world.run('rootimg rollback myimg');
  expect(first.stderr).not.toContain('was not made by');
  const second = await world.run('rootimg rollback myimg 2');
  expect(second.stderr).toContain('The initrd of generation 2 was not made by this genimage');
  const { generations } = JSON.parse((await world.run('rootimg history --json myimg')).stdout);
  expect(generations.map((one: { foreignInitrd: boolean }) => one.foreignInitrd)).toEqual([true, false]);
});

import { expect, test } from 'vitest';
import { compressArgv, decompressArgv } from '../../../../src/pack/formats/archive/compressors.ts';
import { toShown } from '../../../../src/base/bytes.ts';
import { deviceNumbers } from '../../../../src/pack/members/mode.ts';
import { knownCompressors, mkfsErofsArgv } from '../../../../src/pack/formats/erofs/mkfs-erofs.ts';
import { mksquashfsArgv } from '../../../../src/pack/formats/squashfs/write-squashfs.ts';
import { viewArgv } from '../../../../src/pack/formats/view/view.ts';
import { formatOf } from '../../../../src/pack/formats/formats.ts';
import { checkHost, toolsFor } from '../../../../src/pack/steps/tools.ts';

test('compressors leave out names and times and have blocks of a fixed size', () => {
  expect(compressArgv('gzip', 8)).toEqual(['gzip', '-5', '--no-name', '--stdout']);
  expect(compressArgv('pigz', 8).join(' ')).toBe(
    'pigz -5 --no-name --no-time --stdout --blocksize 128 --processes 8',
  );
  expect(compressArgv('xz', 8).join(' ')).toBe(
    'xz -6 --stdout --check=crc32 --memlimit-compress=50% --block-size=24MiB --threads=8',
  );
  expect(compressArgv('zstd', 8).join(' ')).toBe('zstd -3 --quiet --stdout --check -B8388608 -T8');
  // A single thread would write other bytes.
  expect(compressArgv('pigz', 1)).toContain('2');
  expect(compressArgv('xz', 1)).toContain('--threads=2');
  expect(decompressArgv('zstd')?.[0]).toBe('zstd');
});

test('published names are those of the contract', () => {
  expect(formatOf('cpio').fileName('pigz')).toBe('rootimg.cpio.gz');
  expect(formatOf('cpio').fileName('gzip')).toBe('rootimg.cpio.gz');
  expect(formatOf('tar').fileName('xz')).toBe('rootimg.tar.xz');
  expect(formatOf('cpio').fileName('zstd')).toBe('rootimg.cpio.zst');
  expect(formatOf('squashfs').fileName('zstd')).toBe('rootimg.sfs');
});

test('mksquashfs and the view it works in', () => {
  const argv = mksquashfsArgv('image', '/x/out.sfs', 'pigz', 4);
  expect(argv.join(' ')).toBe(
    'mksquashfs image /x/out.sfs -noappend -no-progress -processors 4 -comp gzip -Xcompression-level 6',
  );
  const places = { work: '/x/work dir', root: "/x/it's", file: '/x/out.sfs' };
  const view = viewArgv(
    places,
    [{ path: 'usr/-a b', dev: 8, ino: 9 }],
    ['/bin/mksquashfs', '/lib/z.so'],
    argv,
  );
  expect(view[0]).toBe('unshare');
  expect(view.slice(view.indexOf('view'))).toEqual([
    ...['view', '/x/work dir', "/x/it's", '/x/out.sfs', './usr/-a\\040b', 'usr/-a b', '8:9', '--'],
    ...['/bin/mksquashfs', '/lib/z.so', '--', ...argv.slice(1)],
  ]);
});

test('only the tools of the chosen method are asked for', () => {
  const names = (method: 'cpio' | 'squashfs') => toolsFor(formatOf(method), 'xz').map((tool) => tool.command);
  expect(names('cpio')).toContain('xz');
  expect(names('cpio')).not.toContain('mksquashfs');
  expect(names('squashfs')).toContain('mksquashfs');
  expect(names('squashfs')).not.toContain('xz');
});

test('what the host lacks is named all at once, with the package that brings it', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  const cpio = formatOf('cpio');
  const problems = await checkHost(cpio, 'gzip', 1000).finally(() => {
    process.env['PATH'] = path;
  });
  expect(problems[0]?.code).toBe('not-root');
  expect(await checkHost(cpio, 'gzip', 0)).toEqual([]);
});

test('names are shown readable, device numbers split as Linux does', () => {
  expect(toShown('\xc3\xa9t\xc3\xa9')).toBe('été');
  expect(toShown('a\nb\xff\x01')).toBe('a\\nb\\xff\\x01');
  expect(deviceNumbers(0x103)).toEqual({ major: 1, minor: 3 });
  // glibc: minor 0xfffff is 0xfff000ff, major 511 is 0x1ff00.
  expect(deviceNumbers(0xfff1ffff)).toEqual({ major: 511, minor: 0xfffff });
});

test('mkfs.erofs gets the uuid of the pack, and says what it can compress in an old and a new way', () => {
  const uuid = '11111111-2222-4333-8444-555555555555';
  expect(mkfsErofsArgv('image', '/x/y z', 'lz4hc', uuid)).toEqual([
    ...['mkfs.erofs', '-zlz4hc', '-C65536', '-U', uuid, '/x/y z', 'image'],
  ]);
  expect(knownCompressors('usage: …\nAvailable compressors are: lz4hc, lz4\n')).toEqual(['lz4hc', 'lz4']);
  const newer =
    ' -zX[,level=Y]  X=compressor\n    lz4\n    lz4hc\n      [,level=<0-12>]\n    [default] zstd\n';
  expect(knownCompressors(newer)).toEqual(['zstd', 'lz4', 'lz4hc']);
  expect(knownCompressors('nothing')).toEqual([]);
});

import { expect, test } from 'vitest';
import { knownCompressors, mkfsErofsArgv } from '../../../../../src/pack/formats/erofs/mkfs-erofs.ts';

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

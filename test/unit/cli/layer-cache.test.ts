import { expect, it } from 'vitest';
import { cacheSize, layerCache } from '../../../src/cli/layer-cache.ts';

it.each<[string, number | undefined]>([
  ['20G', 20 * 2 ** 30],
  ['512M', 2 ** 29],
  ['1K', 1024],
  ['2T', 2 ** 41],
  ['0', 0],
  ['123', 123],
  ...['', 'G', '20g', '1.5G', '-1', '20 G', '20GB'].map((size): [string, undefined] => [size, undefined]),
])('%j is %s bytes', (size, bytes) => {
  expect(cacheSize(size)).toBe(bytes);
});

it('the cache is where ROOTIMG_CACHE says, of 20 GiB unless config.yaml says otherwise', () => {
  expect(layerCache({ ROOTIMG_CACHE: '/c' }, {})).toEqual({ folder: '/c/layers', limit: 20 * 2 ** 30 });
  expect(layerCache({}, { cache: { limit: '1G' } })).toEqual({
    folder: '/var/cache/rootimg/layers',
    limit: 2 ** 30,
  });
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneLayers, withCache } from '../../src/genimage/layers/layer-cache.ts';
import { runCommand } from '../../src/cli/main.ts';

let base: string;
let folder: string;
let out: string;
let err: string;

/** Runs `rootimg …`. */
async function type(...words: string[]): Promise<number> {
  out = '';
  err = '';
  const io = {
    stdout: (text: string) => void (out += text),
    stderr: (text: string) => void (err += text),
    env: { ROOTIMG_HOME: join(base, 'etc'), ROOTIMG_CACHE: base },
    cwd: base,
    exitCode: 0,
  };
  return runCommand(io as never, words, 'rootimg');
}

const keys = ['a', 'b', 'c'].map((letter) => letter.repeat(64));

/** Three layers of 10 MiB; a was used longest ago. */
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-cache-'));
  folder = join(base, 'layers');
  for (const [index, key] of keys.entries()) {
    await mkdir(join(folder, key, 'root'), { recursive: true });
    const record = {
      ...{
        schema: 1,
        made: '2026-01-01T00:00:00Z',
        image: `image${index}`,
        osvers: 'rocky9.4',
        arch: 'x86_64',
      },
      ...{ bytes: 10 * 2 ** 20, listing: 'x', warnings: [], origins: {} },
    };
    const file = join(folder, key, 'layer.json');
    await writeFile(file, JSON.stringify(record));
    await utimes(file, 1000 + index, 1000 + index);
  }
  await mkdir(join(base, 'etc'));
});
afterEach(() => rm(base, { recursive: true }));

const left = async () => (await readdir(folder)).filter((name) => name.length === 64).map((name) => name[0]);

test('list shows the layers, the one that was used last first, and what they take', async () => {
  expect(await type('cache', 'list')).toBe(0);
  expect(out.match(/image\d/g)).toEqual(['image2', 'image1', 'image0']);
  expect(out).toContain(`3 of them in ${folder}: 30 MiB of at most 20480 MiB`);
  expect(await type('cache', 'list', '--json')).toBe(0);
  expect(JSON.parse(out).layers[0]).toMatchObject({ key: keys[2], image: 'image2' });
});

test('a cache that cannot be looked into is an error, one that was never made is empty', async () => {
  await rm(folder, { recursive: true });
  expect(await type('cache', 'list')).toBe(0);
  expect(out).toContain('0 of them');
  await writeFile(folder, '');
  expect(await type('cache', 'list')).toBe(1);
  expect(out).toBe('');
  expect(err).toContain(folder);
});

test('prune keeps cache.limit, and those that were used last', async () => {
  await writeFile(join(base, 'etc/config.yaml'), 'cache:\n  limit: 20M\n');
  expect(await type('cache', 'prune')).toBe(0);
  expect(out).toBe('1 removed, 10 MiB\n');
  expect(await left()).toEqual(['b', 'c']);
  expect(await type('cache', 'prune', '--to', '10M')).toBe(0);
  expect(await left()).toEqual(['c']);
  expect(await type('cache', 'prune', '--all')).toBe(0);
  expect(await left()).toEqual([]);
});

test('--store names the folder of the configuration', async () => {
  await mkdir(join(base, 'other'));
  await writeFile(join(base, 'other/config.yaml'), 'cache:\n  limit: 10M\n');
  expect(await type('cache', 'list', '--store', 'other')).toBe(0);
  expect(out).toContain('of at most 10 MiB');
  expect(await type('cache', 'prune', '--store', 'other')).toBe(0);
  expect(await left()).toEqual(['c']);
});

test('sizes that are none are refused', async () => {
  expect(await type('cache', 'prune', '--to', 'much')).toBe(2);
  expect(err).toContain("'much' is not a size");
  await writeFile(join(base, 'etc/config.yaml'), 'cache:\n  limit: much\n');
  expect(await type('cache', 'prune')).toBe(1);
  expect(err).toContain('config.yaml:2');
  expect(await left()).toHaveLength(3);
});

test('the layer that a build has just made stays, whatever the limit', async () => {
  const cache = { folder, limit: 0 };
  expect(await pruneLayers(cache, 0, keys[0])).toHaveLength(2);
  expect(await left()).toEqual(['a']);
});

test('nothing is removed while a build uses the cache, and what killed builds left goes away afterwards', async () => {
  const half = join(folder, '.rootimg-tmp-1-half');
  const cache = { folder, limit: 0 };
  await withCache(cache, 'shared', async () => {
    await mkdir(half);
    expect(await type('cache', 'prune', '--all')).toBe(1);
    expect(err).toContain('A build is using');
    expect(existsSync(half)).toBe(true);
    await withCache(cache, 'shared', async () => {});
    expect(existsSync(half)).toBe(true);
  });
  expect(await left()).toHaveLength(3);
  await withCache(cache, 'shared', async () => {});
  expect(existsSync(half)).toBe(false);
});

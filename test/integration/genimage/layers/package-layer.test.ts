import { mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Build } from '../../../../src/genimage/build-context.ts';
import {
  type PackageLayer,
  restoreLayer,
  storeLayer,
} from '../../../../src/genimage/layers/package-layer.ts';
import { openLogs } from '../../../../src/genimage/logs.ts';
import { beginTree } from '../../../../src/genimage/tree/prepare-tree.ts';
import { silentReporter } from '../../../../src/report/silent.ts';
import { run } from '../../../../src/system/exec.ts';
import { aPlan } from '../../../unit/genimage/a-plan.ts';
import { plainTreePlace } from '../../../../src/system/tree/tree-place.ts';

const capability = 'security.capability=0x0100000202000000000000000000000000000000';

/**
 * Trees on the disk, which keeps attributes, on a file system that shares blocks, and on one that keeps no
 * attributes.
 */
let base: string;
let sharing: string;
let bare: string;
let said: string[];
let layer: PackageLayer;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'rootimg-layer-'));
  bare = join(base, 'bare');
  await mkdir(bare);
  await run(['mount', '-t', 'ramfs', 'ramfs', bare]);
  sharing = join(base, 'sharing');
  await mkdir(sharing);
  await run(['truncate', '--size', '4G', join(base, 'btrfs')]);
  await run(['mkfs.btrfs', '--quiet', join(base, 'btrfs')]);
  await run(['mount', '-o', 'loop', join(base, 'btrfs'), sharing]);
});
afterAll(async () => {
  await run(['umount', bare]);
  await run(['umount', sharing]);
  await rm(base, { recursive: true });
});
beforeEach(() => {
  said = [];
});

/** A build whose tree `folder`/rootimg is, and the place for its packages in a new cache. */
async function begin(folder: string, cacheFolder: string): Promise<Build> {
  const root = join(folder, 'rootimg');
  const temporary = await mkdtemp(join(folder, 'tmp-'));
  layer = { cache: { folder: cacheFolder, limit: 2 ** 40 }, key: 'a'.repeat(64) };
  mkdirSync(cacheFolder, { recursive: true });
  await beginTree(root, true, temporary);
  const say = (text: string) => {
    said.push(text);
  };
  return {
    ...{
      plan: aPlan(),
      folder,
      root,
      place: plainTreePlace(folder),
      temporary,
      treeTemporary: temporary,
      warnings: [],
      times: {},
    },
    ...{ context: {} as Build['context'], reporter: { ...silentReporter(), info: say, detail: say } },
    logs: openLogs(join(temporary, 'logs'), join(folder, 'logs')),
    tree: { isNew: true, marked: false, changed: false },
  };
}

async function writeProgram(root: string): Promise<void> {
  const path = join(root, 'usr/bin/ping');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'program\n', { mode: 0o755 });
  const [name = '', value = ''] = capability.split('=');
  await run(['setfattr', '-n', name, '-v', value, path]);
}

const capabilities = async (path: string) =>
  (await run(['getfattr', '-m-', '-e', 'hex', '-d', '--absolute-names', path])).stdout;

test.each([
  ['packed', 'root.tar.zst', () => base],
  ['with shared blocks', 'root', () => sharing],
])('a tree comes out of the cache as it went in, %s', async (_, form, place) => {
  const cache = join(place(), 'cache');
  const first = await begin(await mkdtemp(join(place(), 'first-')), cache);
  await writeProgram(first.root);
  await storeLayer(first, layer, []);
  expect(said).toEqual([]);

  expect((await readdir(join(cache, layer.key))).sort()).toEqual(['layer.json', form]);
  const kept = await stat(join(cache, layer.key));
  await storeLayer(first, layer, []);
  expect((await stat(join(cache, layer.key))).ino).toBe(kept.ino);

  const second = await begin(await mkdtemp(join(place(), 'second-')), cache);
  expect(await restoreLayer(second, layer)).toBe(true);
  expect(await capabilities(join(second.root, 'usr/bin/ping'))).toContain(capability);
  expect(second.tree.restored).toBeTypeOf('number');

  // There no capability can be kept.
  const third = await begin(await mkdtemp(join(bare, 'third-')), cache);
  expect(await restoreLayer(third, layer)).toBe(false);
  expect(said.join('\n')).toContain('they are installed anew');
  expect((await readdir(third.root)).sort()).toEqual(['dev', 'proc', 'run', 'sys']);
  expect(third.tree.restored).toBeUndefined();
  await stat(join(cache, layer.key, form));
});

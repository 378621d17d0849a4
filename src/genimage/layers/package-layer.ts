import { rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import { writeFileAtomic } from '../../system/publish.ts';
import { temporaryDir } from '../../system/temp.ts';
import { both } from '../../base/both.ts';
import { type Build, treeChanges, warn } from '../build-context.ts';
import { inStep } from '../build-step.ts';
import { holdsHostKeys } from '../customise/host-keys.ts';
import { managerFor } from '../../packages/managers.ts';
import { findOrigins, keepOrigins } from '../../packages/origins.ts';
import { beginTree } from '../tree/prepare-tree.ts';
import { flushTree } from '../../system/flush-tree.ts';
import { findMountsBelow } from '../../system/mounts-below.ts';
import {
  type LayerCache,
  layerFile,
  type LayerRecord,
  pruneLayers,
  readLayer,
  touchLayer,
  withCache,
} from './layer-cache.ts';
import { layerKey } from './layer-key.ts';
import { keepTree, sharesBlocks, takeTree } from './layer-tree.ts';
import { listTree } from './tree-listing.ts';

/** The place in the cache for what the packages of a build make. */
export interface PackageLayer {
  readonly cache: LayerCache;
  readonly key: string;
}

/** Bytes that a file system keeps free whatever is cached on it. */
const reserve = 1024 * 1024 * 1024;

/**
 * Finds the place of a build's packages in the cache; undefined when this build has nothing to do with the
 * cache, which says why.
 */
export async function findLayer(build: Build): Promise<PackageLayer | undefined> {
  const { context, plan, tree } = build;
  const { cache } = context;
  if (
    cache === undefined ||
    cache.limit === 0 ||
    plan.request.noCache ||
    plan.request.interactive ||
    !tree.isNew
  )
    return undefined;
  const key = await layerKey(plan, await managerFor(plan), cache.version);
  if (key !== undefined) return { cache, key };
  build.reporter.detail(
    'The packages are not kept in the cache: the metadata of a repository could not be read.',
  );
  return undefined;
}

/**
 * Copies the packages of an earlier build into the new tree; false when there are none of this key, or they
 * cannot all be had: the tree is empty again then.
 */
export async function restoreLayer(build: Build, layer: PackageLayer): Promise<boolean> {
  let begun = false;
  const restored = await inCache(build, layer.cache, 'shared', () =>
    restore(build, layer, () => {
      begun = true;
    }),
  );
  if (restored === true) return true;
  if (!begun) return false;
  build.reporter.info('The packages in the cache are damaged or cannot be copied; they are installed anew.');
  await rm(build.root, { recursive: true, force: true });
  await beginTree(build.root, true, build.treeTemporary);
  delete build.tree.restored;
  return false;
}

async function restore(build: Build, { cache, key }: PackageLayer, begin: () => void): Promise<boolean> {
  const record = await readLayer(cache, key);
  if (record === undefined) return false;
  await inStep(build, 'Take the packages from the cache', async () => {
    treeChanges(build);
    const from = join(cache.folder, key);
    await refuseMounts(from, build.root);
    begin();
    await takeTree(from, build.root);
    build.tree.restored = Date.now();
  });
  if (listTree(build.root).digest !== record.listing) return false;
  for (const warning of record.warnings) warn(build, warning);
  await keepOrigins(build.temporary, record.origins);
  await touchLayer(cache, key);
  return true;
}

/**
 * Keeps the tree as it is after its packages, unless the cache has it; after a --fresh that could not take
 * it, anew. What goes wrong here costs the next build its time and this one nothing.
 */
export async function storeLayer(
  build: Build,
  layer: PackageLayer,
  warnings: readonly string[],
): Promise<void> {
  const { cache, key } = layer;
  if (!build.plan.request.fresh && (await readLayer(cache, key)) !== undefined) return;
  if (await holdsHostKeys(build.root)) {
    build.reporter.detail('The packages are not kept in the cache: they hold ssh host keys.');
    return;
  }
  const stored = await inCache(build, cache, 'shared', () => store(build, layer, warnings));
  if (stored === true) await inCache(build, cache, 'exclusive', () => pruneLayers(cache, cache.limit, key));
}

async function store(
  build: Build,
  { cache, key }: PackageLayer,
  warnings: readonly string[],
): Promise<boolean> {
  const shares = await sharesBlocks(build.treeTemporary, cache.folder);
  // Only what is on the disk has blocks to share: all of it at once goes three times as fast as file by file
  // while it is copied.
  const flushed = shares ? flushTree(build.root) : Promise.resolve();
  const [tree] = await both(
    Promise.resolve().then(() => listTree(build.root)),
    flushed,
  );
  if (tree.bytes > cache.limit) return false;
  const { bavail, bsize } = await statfs(cache.folder);
  if (bavail * bsize < tree.bytes + reserve) {
    build.reporter.detail(
      `The packages are not kept in the cache: too little space is free in ${cache.folder}.`,
    );
    return false;
  }
  const { name, osvers, arch } = build.plan.image;
  const described: Omit<LayerRecord, 'bytes'> = {
    ...{ schema: 1, made: new Date().toISOString(), image: name, osvers, arch },
    ...{ listing: tree.digest, warnings: [...warnings] },
    origins: Object.fromEntries(await findOrigins(build.temporary)),
  };
  const temporary = await temporaryDir(cache.folder, 'layer');
  try {
    await inStep(build, 'Keep the packages in the cache', async () => {
      await refuseMounts(build.root, temporary);
      const packed = await keepTree(build.root, temporary, shares);
      const record = { ...described, bytes: packed ?? tree.bytes };
      await writeFileAtomic(join(temporary, layerFile), `${JSON.stringify(dataWithoutSecrets(record))}\n`);
      await rm(join(cache.folder, key), { recursive: true, force: true });
      await rename(temporary, join(cache.folder, key));
    });
    return true;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A cache that cannot be used is no reason to fail. */
async function inCache<T>(
  build: Build,
  cache: LayerCache,
  mode: 'shared' | 'exclusive',
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withCache(cache, mode, work);
  } catch (error) {
    if (error instanceof RootimgError && error.code === 'stopped') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    build.reporter.detail(`The cache ${cache.folder} could not be used: ${reason}`);
    return undefined;
  }
}

async function refuseMounts(...folders: readonly string[]): Promise<void> {
  const mounted = (await Promise.all(folders.map(findMountsBelow))).flat();
  if (mounted.length > 0) throw new Error(`${mounted.join(', ')} is mounted`);
}

import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../../base/regular-file.ts';
import { tryFlock } from '../../system/flock.ts';
import { requireSafeFolder } from '../../base/safe-folder.ts';
import { sweepTemporary } from '../../system/temp.ts';

/** Where package layers are kept, and how many bytes of them. */
export interface LayerCache {
  readonly folder: string;
  readonly limit: number;
}

export const layerFile = 'layer.json';

const layerSchema = z.object({
  schema: z.literal(1),
  /** ISO 8601 */
  made: z.string(),
  /** The image whose build made it, for people. */
  image: z.string(),
  osvers: z.string(),
  arch: z.string(),
  /** Bytes that the tree takes. */
  bytes: z.number(),
  /**
   * Digest of all names, kinds, modes, owners, sizes: what a crash of the host may have cut short does not
   * have it.
   */
  listing: z.string(),
  /** What the installation warned of. */
  warnings: z.array(z.string()),
  /** Id of the repository of each package, by packageWord. */
  origins: z.record(z.string(), z.string()).default({}),
});
export type LayerRecord = z.infer<typeof layerSchema>;

export interface Layer extends LayerRecord {
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly lastUsed: number;
}

/** The record of a layer; undefined when there is none of this key, or none that we understand. */
export async function readLayer(cache: LayerCache, key: string): Promise<LayerRecord | undefined> {
  const text = await readTextFile(join(cache.folder, key, layerFile)).catch(() => '');
  try {
    return layerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** All layers, the one that was used last first; none where the folder was never made. */
export async function listLayers(cache: LayerCache): Promise<Layer[]> {
  const names = await readdir(cache.folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const layers: Layer[] = [];
  for (const key of names.filter((name) => /^[0-9a-f]{64}$/.test(name))) {
    const record = await readLayer(cache, key);
    const used = await stat(join(cache.folder, key, layerFile)).catch(() => undefined);
    if (record !== undefined && used !== undefined) layers.push({ ...record, key, lastUsed: used.mtimeMs });
  }
  return layers.sort((a, b) => b.lastUsed - a.lastUsed);
}

/** Says that a layer was used now. */
export async function touchLayer(cache: LayerCache, key: string): Promise<void> {
  const now = new Date();
  await utimes(join(cache.folder, key, layerFile), now, now);
}

/**
 * Runs `work` while this cache is held: shared by builds, alone by who removes something. Undefined, and no
 * work, when it cannot be had now, or the file system keeps no locks. Whoever gets it alone takes away what
 * killed builds left half made.
 */
export async function withCache<T>(
  cache: LayerCache,
  mode: 'shared' | 'exclusive',
  work: () => Promise<T>,
): Promise<T | undefined> {
  await requireSafeFolder(dirname(cache.folder), 'parent');
  await mkdir(cache.folder, { recursive: true, mode: 0o700 });
  await requireSafeFolder(cache.folder);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  const fd = openSync(join(cache.folder, '.lock'), flags, 0o600);
  try {
    if ((await tryFlock(fd, 'exclusive')) === 'taken') await sweepTemporary(cache.folder);
    if ((await tryFlock(fd, mode)) !== 'taken') return undefined;
    return await work();
  } finally {
    closeSync(fd);
  }
}

/**
 * Removes the layers that were used longest ago until no more than `limit` bytes are left, and gives those
 * that went. `spared` stays in any case. To be called with the cache held alone.
 */
export async function pruneLayers(cache: LayerCache, limit: number, spared?: string): Promise<Layer[]> {
  const removed: Layer[] = [];
  let kept = 0;
  const layers = await listLayers(cache);
  // A folder without a record that we understand is of no use to anybody.
  const known = new Set(layers.map((layer) => layer.key));
  for (const name of await readdir(cache.folder).catch(() => [])) {
    if (/^[0-9a-f]{64}$/.test(name) && !known.has(name))
      await rm(join(cache.folder, name), { recursive: true, force: true });
  }
  for (const layer of layers) {
    if (layer.key === spared || kept + layer.bytes <= limit) {
      kept += layer.bytes;
      continue;
    }
    await rm(join(cache.folder, layer.key), { recursive: true, force: true });
    removed.push(layer);
  }
  return removed;
}

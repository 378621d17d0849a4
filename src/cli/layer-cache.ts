import { join } from 'node:path';
import type { Config } from '../definition/config.ts';
import type { LayerCache } from '../genimage/layers/layer-cache.ts';
import type { CommandIo } from './io.ts';

/** Bytes of package layers where config.yaml says nothing. */
const usualLimit = 20 * 2 ** 30;

const units = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/**
 * The cache of package layers: below ROOTIMG_CACHE, else /var/cache/rootimg; its limit is cache.limit of
 * config.yaml.
 */
export function layerCache(env: CommandIo['env'], config: Config): LayerCache {
  const folder = join(env['ROOTIMG_CACHE'] || '/var/cache/rootimg', 'layers');
  return { folder, limit: cacheLimit(config) };
}

function cacheLimit(config: Config): number {
  return cacheSize(String(config.cache?.limit ?? '')) ?? usualLimit;
}

/** Bytes of a size such as `20G`; undefined when it is none. */
export function cacheSize(size: string): number | undefined {
  const words = /^(\d+)([KMGT])?$/.exec(size);
  if (words === null) return undefined;
  const unit = words[2] as keyof typeof units | undefined;
  return Number(words[1]) * (unit === undefined ? 1 : units[unit]);
}

import { Command } from 'commander';
import { type LayerCache, listLayers, pruneLayers, withCache } from '../genimage/layers/layer-cache.ts';
import { readConfig } from '../definition/config.ts';
import { storeHome } from '../definition/store.ts';
import { RootimgError } from '../base/errors.ts';
import type { CommandIo } from './io.ts';
import { cacheSize, layerCache } from './layer-cache.ts';
import { shared } from './shared-options.ts';

interface StoreOption {
  readonly store?: string;
}
interface ListOptions extends StoreOption {
  readonly json?: boolean;
}
interface PruneOptions extends StoreOption {
  readonly all?: boolean;
  readonly to?: string;
}

/** `rootimg cache list|prune`: the packages that earlier builds kept for `genimage --fresh`. */
export function cacheCommand(io: CommandIo): Command {
  const command = new Command('cache').description('packages that earlier builds kept for genimage --fresh');
  command
    .command('list')
    .description('show them, the one that was used last first')
    .option(...shared('jsonDocument'))
    .option(...shared('store'))
    .action(async (options: ListOptions) => list(io, await openCache(io, options), options.json === true));
  command
    .command('prune')
    .description('remove those that were used longest ago, down to cache.limit of config.yaml')
    .option('--all', 'remove all')
    .option('--to <size>', 'down to this size, such as 5G')
    .option(...shared('store'))
    .action(async (options: PruneOptions) => prune(io, await openCache(io, options), options));
  return command;
}

async function openCache(io: CommandIo, { store }: StoreOption): Promise<LayerCache> {
  return layerCache(io.env, await readConfig(storeHome(store, io.env, io.cwd)));
}

async function list(io: CommandIo, cache: LayerCache, json: boolean): Promise<void> {
  const layers = await listLayers(cache);
  if (json) {
    io.stdout(
      `${JSON.stringify({ schema: 1, folder: cache.folder, limit: cache.limit, layers }, undefined, 2)}\n`,
    );
    return;
  }
  for (const layer of layers) {
    const used = new Date(layer.lastUsed).toISOString().replace(/\..*/, 'Z');
    io.stdout(
      `${layer.key.slice(0, 12)}  ${mebibytes(layer.bytes)}  used ${used}  ${layer.image} (${layer.osvers} ${layer.arch})\n`,
    );
  }
  const sum = layers.reduce((bytes, layer) => bytes + layer.bytes, 0);
  io.stdout(
    `${layers.length} of them in ${cache.folder}: ${mebibytes(sum)} of at most ${mebibytes(cache.limit)}\n`,
  );
}

async function prune(io: CommandIo, cache: LayerCache, options: PruneOptions): Promise<void> {
  const limit = options.all === true ? 0 : options.to === undefined ? cache.limit : wantedSize(options.to);
  const removed = await withCache(cache, 'exclusive', () => pruneLayers(cache, limit));
  if (removed === undefined) {
    throw new RootimgError('cache-busy', `A build is using ${cache.folder}.`, {
      hint: 'Try again when it has ended.',
    });
  }
  const bytes = removed.reduce((sum, layer) => sum + layer.bytes, 0);
  io.stdout(`${removed.length} removed, ${mebibytes(bytes)}\n`);
}

function wantedSize(words: string): number {
  const size = cacheSize(words);
  if (size !== undefined) return size;
  throw new RootimgError(
    'usage',
    `'${words}' is not a size: a number with K, M, G or T behind it was expected.`,
    { exitCode: 2 },
  );
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

import { Command } from 'commander';
import { readConfig } from '../definition/config.ts';
import { storeHome } from '../definition/store.ts';
import { usageError } from '../base/errors.ts';
import { defaultGenerations } from '../plan/generation.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';

interface PruneOptions extends DefinitionOptions {
  readonly keep?: string;
}

/** `rootimg prune NAME`: removes kept sets that are not needed any more. */
export function pruneCommand(io: CommandIo): Command {
  return new Command('prune')
    .description('remove old generations of an image; the published one and those that nodes boot stay')
    .argument('<name>', 'osimage')
    .option('--keep <n>', 'how many stay (packimage.generations of config.yaml, else 3)')
    .option(...shared('store'))
    .option(...shared('def'))
    .action((name: string, options: PruneOptions) => prune(io, name, options));
}

async function prune(io: CommandIo, name: string, options: PruneOptions): Promise<void> {
  if (options.keep !== undefined && !/^\d+$/.test(options.keep)) {
    throw usageError(`--keep is '${options.keep}': a whole number was expected.`);
  }
  const { rootimgdir } = await findImageFolder(io, name, options);
  const config = await readConfig(storeHome(options.store, io.env, io.cwd));
  const configured = config.packimage?.generations ?? defaultGenerations;
  const keep = options.keep === undefined ? configured : Number(options.keep);
  const { currentGeneration, pruneGenerations } = await import('../pack/publish/generations.ts');
  const { lockImageDir } = await import('../system/lock.ts');
  const release = await lockImageDir(rootimgdir, `rootimg prune ${name}`);
  try {
    const removed = await pruneGenerations(rootimgdir, keep, await currentGeneration(rootimgdir));
    const what = removed.length === 0 ? 'nothing to remove' : `removed generation ${removed.join(', ')}`;
    io.stdout(`${name}: ${what}.\n`);
  } finally {
    release();
  }
}

import { Command } from 'commander';
import type { Generation } from '../pack/publish/generations.ts';
import { downloadSize } from '../plan/layer-list.ts';
import { hasForeignInitrd } from '../plan/manifest.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImageFolder } from './image-folder.ts';
import type { CommandIo } from './io.ts';
import { shared } from './shared-options.ts';

interface HistoryOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/** `rootimg history NAME`: the sets of kernel, initrd and packed root that are kept. */
export function historyCommand(io: CommandIo): Command {
  return new Command('history')
    .description('list the generations of an image that are kept; * is the published one')
    .argument('<name>', 'osimage')
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('jsonDocument'))
    .action((name: string, options: HistoryOptions) => history(io, name, options));
}

async function history(io: CommandIo, name: string, options: HistoryOptions): Promise<void> {
  const { rootimgdir } = await findImageFolder(io, name, options);
  const { currentGeneration, entriesOf, listGenerations } = await import('../pack/publish/generations.ts');
  const { describeMark, unfinishedRollback } = await import('../pack/publish/rollback-mark.ts');
  const current = await currentGeneration(rootimgdir);
  const entries = await entriesOf(rootimgdir);
  const all = await listGenerations(rootimgdir);
  const shown = all.toReversed().map((generation) => ({
    ...describe(generation),
    published: generation.number === current,
    entries: entries.get(generation.number) ?? [],
  }));
  if (options.json) return io.stdout(`${JSON.stringify({ schema: 1, generations: shown }, undefined, 2)}\n`);
  if (shown.length === 0) io.stdout(`${name} has no generations: packimage keeps one with each pack.\n`);
  for (const { generation, packed, megabytes, kernel, uuid, published, entries: files, ...one } of shown) {
    const file = one.layers === undefined ? one.file : `${one.file} (${one.layers.length})`;
    const booted = files.length === 0 ? '' : `  boot entries: ${files.length}`;
    const words = [`${generation}`.padStart(4), packed, file.padEnd(17), `${megabytes} MB`.padStart(8)];
    io.stdout(`${published ? '*' : ' '}${words.join('  ')}  ${kernel}  ${uuid}${booted}\n`);
  }
  const foreign = shown.filter(({ foreignInitrd }) => foreignInitrd).map(({ generation }) => generation);
  if (foreign.length > 0) {
    const { foreignInitrd } = await import('../pack/publish/rollback.ts');
    io.stderr(`Warning: ${foreignInitrd(foreign, name)}\n`);
  }
  const unfinished = await unfinishedRollback(rootimgdir);
  if (unfinished !== undefined) {
    io.stderr(
      `Warning: ${describeMark(unfinished)} was cut off.\n  rootimg rollback ${name} ${unfinished.generation} finishes it.\n`,
    );
  }
}

function describe({ number, manifest }: Generation) {
  const pack = manifest?.pack;
  return {
    generation: number,
    packed: pack?.finished.slice(0, 19) ?? 'damaged',
    file: pack?.file ?? '-',
    megabytes: Math.round((pack === undefined ? 0 : downloadSize(pack)) / 1e6),
    ...(pack?.layers && { layers: pack.layers }),
    kernel: manifest?.build?.kernelVersion ?? '-',
    uuid: pack?.uuid ?? '-',
    foreignInitrd: hasForeignInitrd(manifest),
  };
}

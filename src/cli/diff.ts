import { Command } from 'commander';
import { dataWithoutSecrets } from '../base/secrets.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import type { ImageDiff } from '../plan/image-diff.ts';
import { advisoriesOption } from './advisories-option.ts';
import { findImage, type ReferredImage } from './image-reference.ts';
import type { CommandIo } from './io.ts';
import { printError } from './print-error.ts';
import { shared } from './shared-options.ts';

interface DiffOptions extends DefinitionOptions {
  readonly json?: boolean;
  readonly advisories?: string;
}

/** `rootimg diff A B`: what is not the same in two images; exit codes as diff(1). */
export function diffCommand(io: CommandIo): Command {
  return new Command('diff')
    .description('tell in what two images differ; exit code 0: in nothing, 1: in something, 2: trouble')
    .argument('<a>', 'osimage, NAME@3 for its generation 3, or the path of a manifest.json')
    .argument('<b>', 'what it is compared with')
    .option(...advisoriesOption)
    .option(...shared('store'))
    .option(...shared('def'))
    .option(...shared('jsonDocument'))
    .action((a: string, b: string, options: DiffOptions) => diff(io, a, b, options));
}

async function diff(io: CommandIo, a: string, b: string, options: DiffOptions): Promise<void> {
  try {
    await compare(io, a, b, options);
  } catch (error) {
    const code = printError(io, error);
    io.exitCode = code === 1 ? 2 : code;
  }
}

async function compare(io: CommandIo, a: string, b: string, options: DiffOptions): Promise<void> {
  const { diffImages } = await import('../inspect/diff/diff-images.ts');
  const { diffLines } = await import('../inspect/diff/diff-text.ts');
  const [from, to] = [await findImage(io, a, options), await findImage(io, b, options)];
  const found = dataWithoutSecrets(await withAdvisories(io, from, to, options, await diffImages(from, to)));
  if (options.json) io.stdout(`${JSON.stringify(found, undefined, 2)}\n`);
  else io.stdout(`${diffLines(found).join('\n')}\n`);
  if (!found.same) io.exitCode = 1;
}

/** With what the second image does to the advisories of the first, where that is asked for. */
async function withAdvisories(
  io: CommandIo,
  from: ReferredImage,
  to: ReferredImage,
  options: DiffOptions,
  found: ImageDiff,
): Promise<ImageDiff> {
  const { advisories: file } = options;
  if (file === undefined) return found;
  const { compareAdvisories } = await import('../inspect/advisories/compare-advisories.ts');
  const { judgedPackages } = await import('../inspect/advisories/judged-packages.ts');
  const { findAdvisories } = await import('./find-advisories.ts');
  const { planOfImage } = await import('./image-plan.ts');
  const hasTrees = from.tree !== undefined && to.tree !== undefined;
  const [before, after] = [from, to].map(({ tree, manifest }) =>
    judgedPackages(hasTrees ? tree : undefined, manifest),
  );
  if (before === undefined || after === undefined) {
    const none = { what: 'advisories', why: 'a manifest tells of no build' };
    return { ...found, notCompared: [...found.notCompared, none] };
  }
  const { osvers, name } = to.manifest.image;
  const { advisories, notRead } = await findAdvisories({ file, cwd: io.cwd, osvers }, () =>
    planOfImage(io, name, options),
  );
  return {
    ...found,
    advisories: compareAdvisories(before, after, advisories),
    notCompared: [...found.notCompared, ...notRead],
  };
}

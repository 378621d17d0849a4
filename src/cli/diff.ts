import { Command } from 'commander';
import { dataWithoutSecrets } from '../base/secrets.ts';
import type { DefinitionOptions } from './definitions/definitions.ts';
import { findImage } from './image-reference.ts';
import type { CommandIo } from './io.ts';
import { printError } from './print-error.ts';
import { shared } from './shared-options.ts';

interface DiffOptions extends DefinitionOptions {
  readonly json?: boolean;
}

/** `rootimg diff A B`: what is not the same in two images; exit codes as diff(1). */
export function diffCommand(io: CommandIo): Command {
  return new Command('diff')
    .description('tell in what two images differ; exit code 0: in nothing, 1: in something, 2: trouble')
    .argument('<a>', 'osimage, NAME@3 for its generation 3, or the path of a manifest.json')
    .argument('<b>', 'what it is compared with')
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
  const found = dataWithoutSecrets(
    await diffImages(await findImage(io, a, options), await findImage(io, b, options)),
  );
  if (options.json) io.stdout(`${JSON.stringify(found, undefined, 2)}\n`);
  else io.stdout(`${diffLines(found).join('\n')}\n`);
  if (!found.same) io.exitCode = 1;
}

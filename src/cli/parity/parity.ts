import { Command } from 'commander';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import { openConfigured, xcatRoot } from '../definitions/definitions.ts';
import { xcatRunner } from '../definitions/xcat-runner.ts';
import type { CommandIo } from '../io.ts';
import { shared } from '../shared-options.ts';
import { compareImage, type Difference, type Parity } from './compare-image.ts';

interface ParityOptions {
  readonly store?: string;
  readonly json?: boolean;
}

/** `rootimg parity NAME`: what xCAT and rootimg would do with an image, side by side. */
export function parityCommand(io: CommandIo): Command {
  return new Command('parity')
    .description(
      "compare xCAT's dry run of an image with ours, and tell what would be done otherwise and why",
    )
    .argument('<name>', 'osimage')
    .option(...shared('store'))
    .option(...shared('jsonDocument'))
    .action((name: string, options: ParityOptions) => parity(io, name, options));
}

async function parity(io: CommandIo, name: string, options: ParityOptions): Promise<void> {
  const definitions = await openConfigured(io, options);
  const run = xcatRunner(xcatRoot(definitions.config, io.env), io.env);
  const found = dataWithoutSecrets(await compareImage(io, definitions, run, name));
  io.exitCode = isAlike(found) ? 0 : 1;
  io.stdout(options.json ? `${JSON.stringify(found, undefined, 2)}\n` : parityText(found));
}

/** The same image would be built, as far as is known: nothing differs without a reason. */
export function isAlike({ options, attributes, lists, problems }: Parity): boolean {
  return (
    options.every(({ why }) => why !== undefined) &&
    attributes.length + lists.differences.length + problems.length === 0
  );
}

/** For people. */
export function parityText(parity: Parity): string {
  const { lines, sameOptions, options, attributes, lists, problems, otherwise, notUsed } = parity;
  const passes = `${lists.entries} entries in ${lists.passes} ${lists.passes === 1 ? 'pass' : 'passes'}`;
  return [
    `xCAT     ${lines.xcat}\nrootimg  ${lines.here}\n`,
    section(`The lines: ${sameOptions} options are the same`, options.map(differenceText)),
    section(
      `The definition: ${attributes.length === 0 ? 'as in xCAT' : "xCAT's has"}`,
      attributes.map(differenceText),
    ),
    section(
      `The package lists: ${passes}${lists.differences.length === 0 ? ', read alike' : ''}`,
      lists.differences,
    ),
    ...(problems.length === 0 ? [] : [section('What stops the build here, and not in xCAT', problems)]),
    section(
      'Done otherwise here',
      otherwise.map(({ what, why }) => `${what} (${why})`),
    ),
    ...(notUsed.length === 0
      ? []
      : [
          section(
            'Attributes that do nothing here',
            notUsed.map(({ what, why }) => `${what}: ${why}`),
          ),
        ]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function differenceText({ what, xcat = '(not set)', here = '(not set)', why }: Difference): string {
  const reason = why === undefined ? '' : `\n    why      ${why}`;
  return `${what}\n    xCAT     ${xcat}\n    rootimg  ${here}${reason}`;
}

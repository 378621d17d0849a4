import path from 'node:path';
import { Command } from 'commander';
import { fileErrorWords, usageError } from '../../base/errors.ts';
import { readTextFile } from '../../base/regular-file.ts';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import { keyWords } from '../../plan/public-keys.ts';
import type { ModulesAsked } from './check-modules.ts';
import type { CheckReport, KeyFound } from './check-report.ts';
import { openConfigured } from '../definitions/definitions.ts';
import { advisoriesOption } from '../advisories-option.ts';
import type { CommandIo } from '../io.ts';
import { netbootDir } from '../locations.ts';
import { problemLines } from '../print-error.ts';
import { shared } from '../shared-options.ts';

interface CheckOptions {
  readonly store?: string;
  readonly def?: string;
  readonly json?: true;
  readonly nics?: string;
  readonly secureBoot?: true;
  readonly advisories?: string;
}

/** `rootimg check NAME`: all that genimage and packimage would find wrong, in one report. */
export function checkCommand(io: CommandIo): Command {
  return new Command('check')
    .description('check an image as genimage and packimage would, all of it, and change nothing')
    .argument('<name>', 'osimage')
    .option('--nics <file>', 'look for drivers of these network cards (lines of lspci -n)')
    .option('--secure-boot', 'the nodes will load signed kernel modules alone')
    .option(...advisoriesOption)
    .option(...shared('jsonDocument'))
    .option(...shared('def'))
    .option(...shared('store'))
    .action((name: string, options: CheckOptions) => check(io, name, options));
}

async function check(io: CommandIo, name: string, options: CheckOptions): Promise<void> {
  const definitions = await openConfigured(io, options);
  const { listenForStop } = await import('../../system/signals.ts');
  const { checkImage } = await import('./check-image.ts');
  listenForStop();
  const report = dataWithoutSecrets(
    await checkImage({
      name,
      ...definitions,
      netbootDir: await netbootDir(io.env),
      env: io.env,
      cwd: io.cwd,
      nics: await readCards(io, options.nics),
      secureBoot: options.secureBoot === true,
      advisories: options.advisories,
    }),
  );
  if (options.json) io.stdout(`${JSON.stringify(report, undefined, 2)}\n`);
  else printReport(io, report);
  if (report.problems.length > 0) io.exitCode = 1;
}

async function readCards({ cwd }: CommandIo, file: string | undefined): Promise<ModulesAsked['nics']> {
  if (file === undefined) return undefined;
  const text = await readTextFile(path.resolve(cwd, file)).catch((error: unknown) => {
    throw usageError(`--nics: ${file} cannot be read: ${fileErrorWords(error)}.`);
  });
  return { file, text };
}

function printReport(
  io: CommandIo,
  { image, problems, warnings, notChecked, notUsed, keys }: CheckReport,
): void {
  for (const problem of problems) io.stderr(problemLines(problem));
  for (const warning of warnings) io.stderr(problemLines(warning, 'Warning'));
  for (const key of keys) io.stdout(`Key: ${keyWords(key)} of ${key.file}${until(key)}\n`);
  for (const { what, why } of notUsed) io.stdout(`Not used: ${what} (${why})\n`);
  for (const { what, why } of notChecked) io.stdout(`Not checked: ${what} (${why})\n`);
  io.stdout(`${image}: ${counted(problems.length, 'error')}, ${counted(warnings.length, 'warning')}\n`);
}

function until({ expires }: KeyFound): string {
  return expires === undefined ? '' : `, until ${expires.slice(0, 10)}`;
}

function counted(count: number, word: string): string {
  return `${count === 0 ? 'no' : count} ${word}${count === 1 ? '' : 's'}`;
}

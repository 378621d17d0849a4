import { Command } from 'commander';
import { isObjectType } from '../../definition/object.ts';
import type { Store } from '../../definition/store.ts';
import { type Problem, RootimgError } from '../../base/errors.ts';
import { openDefinitions } from './definitions.ts';
import type { CommandIo } from '../io.ts';
import { problemLines } from '../print-error.ts';
import { version } from '../version.ts';
import { shared } from '../shared-options.ts';

/** Options of all four definition commands, and those of one. */
export interface DefOptions {
  readonly help?: true;
  readonly version?: true;
  readonly verbose?: true;
  readonly store?: string;
  readonly def?: string;
  readonly t?: string;
  readonly o?: string;
  /** lsdef only; here because help knows it too. */
  readonly i?: string;
}

/** What a definition command works with. */
export interface DefRun<O extends DefOptions> {
  readonly io: CommandIo;
  readonly store: Store;
  readonly options: O;
  /** Names and attr=val words, as typed. */
  readonly words: readonly string[];
}

/** The part of a command that all four share; add its own options, then `runs`. */
export function defCommand(name: string, summary: string, usage: string): Command {
  return new Command(name)
    .description(summary)
    .usage(usage)
    .helpOption(false)
    .argument('[words...]', 'name or names (a,b), and attr=val where values are given')
    .option('-t <type>', 'type of the objects: osimage or site')
    .option('-o <names>', 'names of the objects, separated by commas')
    .option(...shared('store'))
    .option('-h, --help', 'show this; with -t the attributes of that type')
    .option('-v, --version', 'show the version')
    .option('-V, --verbose', 'more messages in xCAT; no effect here');
}

/**
 * Gives a command its action, after the answers that need no store: version and help. Typed without any word
 * it shows its help (xCAT, exit code 0), or runs where `bare` says so.
 */
export function runs<O extends DefOptions>(
  io: CommandIo,
  command: Command,
  action: (run: DefRun<O>) => Promise<void>,
  { bare }: { readonly bare: 'help' | 'run' } = { bare: 'help' },
): Command {
  return command.action(async (words: string[], options: O) => {
    if (options.version) return io.stdout(`${command.name()} ${version}\n`);
    if (options.help) return io.stdout(await helpText(command, options));
    if (bare === 'help' && words.length === 0 && Object.keys(options).every((name) => name === 'store')) {
      return io.stdout(command.helpInformation());
    }
    const store = await openDefinitions(io, options);
    await action({ io, store, options, words });
  });
}

async function helpText(command: Command, { t: type, i: only }: DefOptions): Promise<string> {
  if (type === undefined || !isObjectType(type)) return command.helpInformation();
  const { attributesHelp } = await import('./def-attributes-help.ts');
  return attributesHelp(type, only === undefined ? undefined : listOption(only));
}

/** A wrong command line. xCAT's definition commands exit with 1 for it. */
export function defUsageError(message: string): RootimgError {
  return new RootimgError('usage', message);
}

/** Prints problems as errors while the work goes on; the command will exit with 1. */
export function reportProblems(io: CommandIo, problems: readonly Problem[]): void {
  for (const problem of problems) io.stderr(problemLines(problem));
  if (problems.length > 0) io.exitCode = 1;
}

/** Prints problems as warnings, which do not change the exit code. */
export function warn(io: CommandIo, problems: readonly Problem[]): void {
  for (const problem of problems) io.stderr(problemLines(problem, 'Warning'));
}

/** The elements of a comma list on the command line; empty ones are none. */
export function listOption(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((element) => element !== '');
}

/** The problem of a name that no object of the type has. */
export function notFound(name: string, type: string): Problem {
  return { code: 'object-unknown', message: `Could not find an object named '${name}' of type '${type}'.` };
}

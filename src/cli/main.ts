import './compile-later.ts';
import type { Command } from 'commander';
import { endIfHanging } from '../base/answered.ts';
import { own } from '../base/own.ts';
import { type CommandIo, processIo } from './io.ts';
import { runPrinting } from './run-printing.ts';
import { version } from './version.ts';

type MakeCommand = (io: CommandIo) => Command;

/** Each command loads only its own code. */
export const commands: Readonly<Record<string, () => Promise<MakeCommand>>> = {
  lsdef: async () => (await import('./definitions/lsdef.ts')).lsdefCommand,
  mkdef: async () => (await import('./definitions/mkdef.ts')).mkdefCommand,
  chdef: async () => (await import('./definitions/chdef.ts')).chdefCommand,
  rmdef: async () => (await import('./definitions/rmdef.ts')).rmdefCommand,
  copycds: async () => (await import('./copycds/copycds.ts')).copycdsCommand,
  import: async () => (await import('./definitions/import.ts')).importCommand,
  export: async () => (await import('./definitions/export.ts')).exportCommand,
  init: async () => (await import('./init/init.ts')).initCommand,
  doctor: async () => (await import('./doctor/doctor.ts')).doctorCommand,
  check: async () => (await import('./check/check.ts')).checkCommand,
  show: async () => (await import('./show-pkglist.ts')).showCommand,
  parity: async () => (await import('./parity/parity.ts')).parityCommand,
  boot: async () => (await import('./boot.ts')).bootCommand,
  netboot: async () => (await import('./netboot.ts')).netbootCommand,
  builders: async () => (await import('./builders.ts')).buildersCommand,
  cache: async () => (await import('./cache.ts')).cacheCommand,
  kit: async () => (await import('./kit.ts')).kitCommand,
  fetch: async () => (await import('./genimage/fetch.ts')).fetchCommand,
  history: async () => (await import('./history.ts')).historyCommand,
  rollback: async () => (await import('./rollback.ts')).rollbackCommand,
  diff: async () => (await import('./diff.ts')).diffCommand,
  'verify-build': async () => (await import('./verify-build.ts')).verifyBuildCommand,
  why: async () => (await import('./why.ts')).whyCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  sbom: async () => (await import('./sbom.ts')).sbomCommand,
  stale: async () => (await import('./stale/stale.ts')).staleCommand,
  nics: async () => (await import('./nics.ts')).nicsCommand,
  sign: async () => (await import('./sign.ts')).signCommand,
  config: async () => (await import('./show-config.ts')).configCommand,
  rmimage: async () => (await import('./rmimage.ts')).rmimageCommand,
  imgexport: async () => (await import('./bundle/imgexport.ts')).imgexportCommand,
  imgimport: async () => (await import('./bundle/imgimport.ts')).imgimportCommand,
  prune: async () => (await import('./prune.ts')).pruneCommand,
};

type RunCommand = (io: CommandIo, argv: readonly string[]) => Promise<void>;

/** Commands that read their words themselves, with the habits of xCAT's (src/render/getopt.ts). */
const ownReaders: Readonly<Record<string, () => Promise<RunCommand>>> = {
  genimage: async () => (await import('./genimage/genimage.ts')).genimage,
  packimage: async () => (await import('./packimage.ts')).packimage,
};

/** These read their options as xCAT's do (Getopt::Long, bundling), which is not commander's way. */
const bundlingCommand = /^((ls|mk|ch|rm)def|copycds|rmimage|imgexport|imgimport)$/;

/**
 * Runs one command and sets the exit code of this process. `name` is the launcher; `rootimg` takes the
 * command's name first.
 */
export async function main(argv: readonly string[], name: string): Promise<void> {
  process.exitCode = await runCommand(processIo(), argv, name);
  endIfHanging();
}

/** Runs one command, prints what it throws, and gives its exit code. */
export function runCommand(io: CommandIo, argv: readonly string[], name: string): Promise<number> {
  const words = name === 'rootimg' ? argv : [name, ...argv];
  return runPrinting(
    io,
    () => dispatch(io, argv, name),
    () => usageOf(io, words),
  );
}

async function usageOf(io: CommandIo, [name = '', ...words]: readonly string[]): Promise<string> {
  const { usageLine } = await import('./usage-line.ts');
  const load = own(commands, name);
  return usageLine(name, words, load === undefined ? undefined : (await load())(io));
}

async function dispatch(io: CommandIo, argv: readonly string[], name: string): Promise<void> {
  if (name === 'rootimg') return dispatchRootimg(io, argv);
  const reader = own(ownReaders, name);
  if (reader !== undefined) return (await reader())(io, argv);
  const load = own(commands, name);
  if (load === undefined) {
    const { unknownCommand } = await import('./help.ts');
    io.stderr(unknownCommand(name));
    io.exitCode = 2;
    return;
  }
  const command = (await load())(io);
  for (const one of [command, ...command.commands]) speakThrough(one, io);
  const words = bundlingCommand.test(name)
    ? (await import('./definitions/def-arguments.ts')).canonicalArguments(command.options, argv)
    : withoutTakenWords(command, argv);
  await command.parseAsync(words, { from: 'user' });
}

/** An option with a value that may be left out takes one only behind `=`: the word after it is no value. */
function withoutTakenWords({ options }: Command, argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const optional = options.filter((option) => option.optional).map(({ long }) => long);
  return argv.map((word, at) => (at < end && optional.includes(word) ? `${word}=` : word));
}

/** Lets commander print and end as our own commands do. */
function speakThrough(command: Command, io: CommandIo): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => io.stdout(text),
    writeErr: (text) => io.stderr(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'Error: ')),
  });
}

async function dispatchRootimg(io: CommandIo, argv: readonly string[]): Promise<void> {
  const [first, ...rest] = argv;
  if (first === '-v' || first === '--version') return io.stdout(`rootimg ${version}\n`);
  const help = first === '-h' || first === '--help';
  if (first !== undefined && !help) return dispatch(io, rest, first);
  const { helpText } = await import('./help.ts');
  if (help) return io.stdout(helpText());
  io.stderr(helpText());
  io.exitCode = 2;
}

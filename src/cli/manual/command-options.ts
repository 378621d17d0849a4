import type { Command, Option } from 'commander';
import { own } from '../../base/own.ts';
import type { OptionSpec } from '../../render/getopt.ts';
import { genimageOptions } from '../genimage/genimage-arguments.ts';
import type { CommandIo } from '../io.ts';
import { commands } from '../main.ts';
import { packimageOptions } from '../packimage-arguments.ts';
import { nodeOptionHelp } from './node-option-help.ts';

/** One option as manual pages and completion show it. */
export interface ShownOption {
  /** With dashes, short ones first: `-m`, `--method`. */
  readonly flags: readonly string[];
  /** What stands for the value; undefined for a switch. */
  readonly placeholder?: string;
  readonly help: string;
}

/** The commands with manual pages, but rootimg itself. */
export const commandNames = [
  ...(['genimage', 'packimage', 'copycds'] as const),
  ...(['lsdef', 'mkdef', 'chdef', 'rmdef'] as const),
];
export type CommandName = (typeof commandNames)[number];

/** rootimg's own subcommands: all that main knows besides, sorted. */
export const subcommandNames: readonly string[] = Object.keys(commands)
  .filter((name) => !commandNames.some((one) => one === name))
  .sort();

/** A command of commander's, for its description and its options. */
export async function commanderCommand(name: string): Promise<Command> {
  const load = own(commands, name);
  if (load === undefined) throw new Error(`no such command: ${name}`);
  return (await load())(nowhere);
}

/** The options of a command, from the very definitions that its reader of words uses. */
export async function optionsOf(name: string): Promise<ShownOption[]> {
  if (name === 'genimage') {
    return genimageOptions().map((one) =>
      'field' in one
        ? { ...shownSpec(one, nodeOptionHelp[one.field]), ...placeholderOf(one.placeholder) }
        : shownSpec(one, one.help),
    );
  }
  if (name === 'packimage')
    return packimageOptions.flatMap((one) => (one.help === undefined ? [] : [shownSpec(one, one.help)]));
  const command = await commanderCommand(name);
  return [command, ...command.commands].flatMap(shownOptions);
}

/** The options of one command of commander's, without those of its subcommands. */
export function shownOptions(command: Command): ShownOption[] {
  return command.options.map(shownOption);
}

function shownSpec({ names, takesValue }: OptionSpec, text: string): ShownOption {
  const [, named, rest] = /^([A-Z]+): ([^]*)$/.exec(text) ?? [];
  const flags = names.map((name) => (name.length === 1 ? `-${name}` : `--${name}`));
  const placeholder = takesValue ? (named ?? (names.at(-1) ?? '').toUpperCase()) : '';
  return { flags, ...placeholderOf(placeholder), help: rest ?? text };
}

function shownOption(option: Option): ShownOption {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const placeholder = /<([^<>]*)>/.exec(option.flags)?.[1] ?? '';
  return { flags, ...placeholderOf(placeholder.toUpperCase()), help: option.description };
}

function placeholderOf(placeholder: string): { placeholder?: string } {
  return placeholder === '' ? {} : { placeholder };
}

/** Making a command needs a place to write to; describing it writes nothing. */
const nowhere: CommandIo = {
  stdout: () => {},
  stderr: () => {},
  stdin: async () => '',
  env: {},
  cwd: '/',
  exitCode: 0,
};

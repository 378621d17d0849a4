import type { Command } from 'commander';
import { osimageAttributeNames } from '../../definition/attributes.ts';
import { version } from '../version.ts';
import { bashCompletion } from './bash-completion.ts';
import {
  commanderCommand,
  commandNames,
  optionsOf,
  shownOptions,
  subcommandNames,
} from './command-options.ts';
import { allCompletions } from './completion.ts';
import { examplesOf } from './examples.ts';
import { manPage, rootimgPage, type ShownSubcommand } from './man-page.ts';
import { zshCompletion } from './zsh-completion.ts';

/**
 * Manual pages and completions, by their path below a prefix's `share`. Made from the definitions of the
 * options.
 */
export async function manualFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const name of commandNames)
    files.set(`man/man1/${name}.1`, manPage(name, version, await optionsOf(name)));
  const subcommands: ShownSubcommand[] = [];
  for (const name of subcommandNames) subcommands.push(...(await shownSubcommands(name)));
  files.set('man/man1/rootimg.1', rootimgPage(version, subcommands));
  const completions = await allCompletions();
  const bash = 'bash-completion/completions';
  files.set(`${bash}/rootimg`, bashCompletion(completions, osimageAttributeNames));
  // bash looks for a file of the command's name.
  for (const name of commandNames) files.set(`${bash}/${name}`, '. "${BASH_SOURCE[0]%/*}/rootimg"\n');
  files.set('zsh/site-functions/_rootimg', zshCompletion(completions, osimageAttributeNames));
  return files;
}

/** A subcommand, or those that it has itself (`show pkglist`). */
async function shownSubcommands(name: string): Promise<ShownSubcommand[]> {
  const command = await commanderCommand(name);
  const own = {
    usage: usageOf(name, command),
    description: command.description(),
    options: shownOptions(command),
    examples: examplesOf(name),
  };
  if (command.commands.length === 0) return [own];
  return command.commands.map((below) => ({
    usage: usageOf(`${name} ${below.name()}`, below),
    description: below.description(),
    options: shownOptions(below),
    examples: own.examples.filter(
      (line) => line.includes(` ${below.name()} `) || line.endsWith(below.name()),
    ),
  }));
}

function usageOf(name: string, command: Command): string {
  const words = command.registeredArguments.map((one) =>
    one.required ? `<${one.name()}>` : `[${one.name()}]`,
  );
  return [name, ...words].join(' ');
}

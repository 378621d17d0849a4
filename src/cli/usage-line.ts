import type { Command } from 'commander';
import { own } from '../base/own.ts';
import { typedName } from './help.ts';

/** Of the commands that read their words themselves. */
const ownUsage: Readonly<Record<string, string>> = {
  genimage: 'genimage [options] IMAGE',
  packimage: 'packimage [options] IMAGE',
};

/**
 * The line that ends an error of usage: how the command of that name is used, and where its options are told.
 * `words` are those that followed the name; `command` is commander's where it has one.
 */
export function usageLine(name: string, words: readonly string[], command: Command | undefined): string {
  const usage = own(ownUsage, name) ?? (command && commanderUsage(command, words));
  if (usage === undefined) return 'rootimg --help lists the commands.\n';
  return `Usage: ${usage} (${typedName(name)} -h tells the options)\n`;
}

function commanderUsage(command: Command, words: readonly string[]): string {
  const typed = typedName(command.name());
  const below = command.commands.find((one) => words.includes(one.name()));
  if (below !== undefined) return `${typed} ${below.name()} ${below.usage()}`;
  const several = command.commands.map((one) => one.name()).join('|');
  return several === '' ? `${typed} ${command.usage()}` : `${typed} ${several} [options]`;
}

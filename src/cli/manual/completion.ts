import { osimageAttributeNames } from '../../definition/attributes.ts';
import { objectTypes } from '../../definition/object.ts';
import { compressors, methods } from '../../pack/formats/formats.ts';
import {
  commanderCommand,
  type CommandName,
  commandNames,
  optionsOf,
  type ShownOption,
  subcommandNames,
} from './command-options.ts';

/**
 * What can stand at a place of a command line: one of these words, or a kind of thing that the shell looks
 * up.
 */
export type Candidates = readonly string[] | 'image' | 'images' | 'file' | 'folder' | 'attribute' | 'nothing';

/** What is completed for one command. */
export interface CommandCompletion {
  readonly name: string;
  readonly options: readonly (ShownOption & { readonly value?: Candidates })[];
  readonly operands: Candidates;
  /** Subcommands of its own, one of which must come first: `pkglist` of show. */
  readonly nested: readonly string[];
}

/** All commands and subcommands with what completes each of their words. */
export async function allCompletions(): Promise<CommandCompletion[]> {
  const all: CommandCompletion[] = [];
  for (const name of [...commandNames, ...subcommandNames]) {
    const options = (await optionsOf(name)).map((option) =>
      option.placeholder === undefined ? option : { ...option, value: valueOf(name, option) },
    );
    all.push({ name, options, ...(await operandsOf(name)) });
  }
  return all;
}

const commandOperands: Readonly<Record<CommandName, Candidates>> = {
  genimage: 'image',
  packimage: 'image',
  copycds: 'file',
  lsdef: 'images',
  rmdef: 'images',
  mkdef: 'attribute',
  chdef: 'attribute',
};

/** What a subcommand of rootimg takes shows in the name of its argument. */
async function operandsOf(name: string): Promise<Pick<CommandCompletion, 'operands' | 'nested'>> {
  if (Object.hasOwn(commandOperands, name))
    return { operands: commandOperands[name as CommandName], nested: [] };
  const command = await commanderCommand(name);
  const [first = ''] = [command, ...command.commands].flatMap((one) =>
    one.registeredArguments.map((argument) => argument.name()),
  );
  const operands = { name: 'image', names: 'images' } as const;
  const file = /file/i.test(first) ? 'file' : 'nothing';
  return {
    operands: first === 'name' || first === 'names' ? operands[first] : file,
    nested: command.commands.map((one) => one.name()),
  };
}

const wordsOf: Readonly<Record<string, Candidates>> = {
  'packimage -m': methods,
  'packimage -c': compressors,
  'genimage -m': ['statelite'],
  'lsdef -i': osimageAttributeNames,
  'lsdef -w': 'attribute',
  'export --format': ['stanza', 'yaml', 'json'],
};

function valueOf(command: string, { flags, placeholder = '' }: ShownOption): Candidates {
  const [flag = ''] = flags;
  const known = wordsOf[`${command} ${flag}`];
  if (known !== undefined) return known;
  if (/def$/.test(command) && flag === '-t') return objectTypes;
  if (/def$/.test(command) && flag === '-o') return 'images';
  if (flag === '--template') return 'image';
  if (/DIR/.test(placeholder) || ['--store', '--path'].includes(flags.at(-1) ?? '')) return 'folder';
  return /FILE/.test(placeholder) || ['--def', '--node'].includes(flag) ? 'file' : 'nothing';
}

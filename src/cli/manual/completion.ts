import { osimageAttributeNames } from '../../definition/attributes.ts';
import { objectTypes } from '../../definition/object.ts';
import { packCompressors, packMethods } from '../../plan/pack-plan.ts';
import {
  commanderCommand,
  type CommandName,
  commandNames,
  optionsOf,
  type ShownOption,
  subcommandNames,
} from './command-options.ts';

/** What can stand at a place of a command line: one of these words, or a kind of thing that the shell looks up. */
export type Candidates = readonly string[] | 'image' | 'images' | 'file' | 'folder' | 'attribute' | 'nothing';

/** What is completed for one command. */
export interface CommandCompletion {
  readonly name: string;
  readonly options: readonly (ShownOption & { readonly value?: Candidates })[];
  readonly operands: Candidates;
}

/** All commands and subcommands with what completes each of their words. */
export async function allCompletions(): Promise<CommandCompletion[]> {
  const all: CommandCompletion[] = [];
  for (const name of [...commandNames, ...subcommandNames]) {
    const options = (await optionsOf(name)).map((option) =>
      option.placeholder === undefined ? option : { ...option, value: valueOf(name, option) },
    );
    const operands = name in operandsOf ? operandsOf[name as CommandName] : await subcommandOperands(name);
    all.push({ name, options, operands });
  }
  return all;
}

const operandsOf: Readonly<Record<CommandName, Candidates>> = {
  genimage: 'image',
  packimage: 'image',
  copycds: 'file',
  lsdef: 'images',
  rmdef: 'images',
  mkdef: 'attribute',
  chdef: 'attribute',
};

/** What a subcommand takes shows in the name of its argument. */
async function subcommandOperands(name: string): Promise<Candidates> {
  const command = await commanderCommand(name);
  const [first = ''] = [command, ...command.commands].flatMap((one) =>
    one.registeredArguments.map((argument) => argument.name()),
  );
  if (first === 'name') return 'image';
  return first === 'names' ? 'images' : /file/i.test(first) ? 'file' : 'nothing';
}

const wordsOf: Readonly<Record<string, Candidates>> = {
  'packimage -m': packMethods,
  'packimage -c': packCompressors,
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

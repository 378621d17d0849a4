import type { Command } from 'commander';
import { isOsimageAttribute } from '../../definition/attributes.ts';
import { typeProblem, unknownAttribute } from '../../definition/check.ts';
import { formatObjects } from '../../definition/format.ts';
import { type FoundNames, lookUpNames, lookUpType } from '../../definition/lookup.ts';
import {
  type DefinitionObject,
  isForeignType,
  isObjectType,
  type ObjectType,
  objectTypes,
  siteName,
} from '../../definition/object.ts';
import { parseSelection, passesAll } from '../../definition/selection.ts';
import type { Store } from '../../definition/store.ts';
import { selectableValue } from '../../definition/visible.ts';
import { type Problem, throwProblems } from '../../base/errors.ts';
import {
  defCommand,
  type DefOptions,
  type DefRun,
  defUsageError,
  listOption,
  notFound,
  reportProblems,
  runs,
  warn,
} from './def-command.ts';
import { readWords } from './def-words.ts';
import type { CommandIo } from '../io.ts';

interface LsdefOptions extends DefOptions {
  readonly all?: true;
  readonly long?: true;
  readonly short?: true;
  readonly stanza?: true;
  readonly compress?: true;
  readonly w?: readonly string[];
}

/** `lsdef`: lists definitions. */
export function lsdefCommand(io: CommandIo): Command {
  const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
  const command = defCommand('lsdef', 'Lists definitions.', '-t osimage [options] [names]')
    .option('-a, --all', 'objects of all types')
    .option('-l, --long', 'show the attributes')
    .option('-s, --short', 'show the names only')
    .option('-z, --stanza', 'show stanzas, which mkdef -z and chdef -z read')
    .option('-i <attributes>', 'show these attributes, separated by commas; with -h what they are')
    .option('--def <file>', 'list what this stanza file defines')
    .option('-c, --compress', 'with -i: one line "name: attr=val" for each')
    .option('-S', 'hidden nodes too in xCAT; no effect here')
    .option(
      '-w <selection>',
      'only objects with attr==val, attr!=val, attr=~regex or attr!~regex; repeatable',
      collect,
    );
  return runs<LsdefOptions>(io, command, lsdef, { bare: 'run' });
}

async function lsdef({ io, store, options, words }: DefRun<LsdefOptions>): Promise<void> {
  checkOptions(options);
  const { names, attributes } = readWords(options.o, words);
  // xCAT: without -t objects of type node are meant.
  const types = options.all ? objectTypes : [...new Set(listOption(options.t || 'node'))];
  throwProblems(types.filter((type) => !isObjectType(type) && !isForeignType(type)).map(typeProblem));
  const selections = (options.w ?? []).map(parseSelection);
  const only = options.i ? listOption(options.i) : undefined;
  const long = !options.short && Boolean(options.long || only || options.stanza || names.length > 0);

  const found = await findObjects(store, types.filter(isObjectType), names, long || selections.length > 0);
  warn(io, [...types.filter(isForeignType).map(typeProblem), ...[...attributes.keys()].map(notSelected)]);
  reportProblems(io, [
    ...found.problems,
    ...found.missing.map((name) => notFound(name, types.join(' or '))),
    ...unknownAttributes(only ?? [], types),
  ]);
  if (found.objects.length === 0 && names.length === 0) {
    return io.stdout('Could not find any object definitions to display.\n');
  }
  const shown = found.objects.filter((object) =>
    passesAll(selections, (attribute) => selectableValue(object, attribute)),
  );
  const text = formatObjects(shown, {
    long,
    stanza: options.stanza ?? false,
    compact: options.compress ?? false,
    severalTypes: types.length > 1,
    ...(only === undefined ? {} : { only }),
  });
  io.stdout(text === '' ? 'No object definitions have been found\n' : text);
}

function checkOptions(options: LsdefOptions): void {
  const pairs: [string, unknown, string, unknown][] = [
    ['-a', options.all, '-t', options.t],
    ['-l', options.long, '-s', options.short],
    ['-i', options.i, '-s', options.short],
    ['-a', options.all, '-o', options.o],
  ];
  for (const [one, hasOne, other, hasOther] of pairs) {
    if (hasOne && hasOther) throw defUsageError(`${one} and ${other} cannot be used together.`);
  }
  if (options.compress && !options.i) throw defUsageError('-c needs -i.');
}

/**
 * The objects to choose from: the named ones, or all of the types. Missing is a name that none of the types
 * has.
 */
async function findObjects(
  store: Store,
  types: readonly ObjectType[],
  names: readonly string[],
  withAttributes: boolean,
): Promise<FoundNames> {
  const objects: DefinitionObject[] = [];
  const problems: Problem[] = [];
  let missing = names;
  for (const type of types) {
    // xCAT: naming another site object shows the only one besides the error.
    const named = [...new Set(type === 'site' ? [...names, siteName] : names)].sort();
    const found = await (names.length > 0
      ? lookUpNames(store, type, named)
      : lookUpType(store, type, withAttributes));
    objects.push(...found.objects);
    problems.push(...found.problems);
    missing = missing.filter((name) => found.missing.includes(name));
  }
  return { objects, problems, missing };
}

/** xCAT ignores attr=val in silence. */
function notSelected(attribute: string): Problem {
  const message = `${attribute}=… has no effect on lsdef.`;
  return { code: 'value-ignored', message, hint: `-w '${attribute}==VALUE' selects by a value.` };
}

function unknownAttributes(only: readonly string[], types: readonly string[]): Problem[] {
  if (!types.includes('osimage')) return [];
  return only.filter((name) => !isOsimageAttribute(name)).map((name) => unknownAttribute(name, 'osimage'));
}

import { Command } from 'commander';
import type { DefinitionObject } from '../../definition/object.ts';
import { visibleObject } from '../../definition/visible.ts';
import type { Store } from '../../definition/store.ts';
import { type Problem, problemsOf, RootimgError, throwProblems, usageError } from '../../base/errors.ts';
import { listOption, notFound, warn } from './def-command.ts';
import { openDefinitions } from './definitions.ts';
import type { CommandIo } from '../io.ts';
import { shared } from '../shared-options.ts';

const formats = ['stanza', 'yaml', 'json'] as const;
type Format = (typeof formats)[number];

interface ExportOptions {
  readonly store?: string;
  readonly format: string;
}

/** `rootimg export NAME`: definitions as a stanza file, or as xcat-inventory exports them. */
export function exportCommand(io: CommandIo): Command {
  return new Command('export')
    .description(
      'write osimage definitions to standard output, for rootimg import, mkdef -z or xcat-inventory',
    )
    .argument('<names>', 'osimages, separated by commas')
    .option('--format <format>', 'stanza, yaml or json, the last two as xcat-inventory has them', 'yaml')
    .option(...shared('store'))
    .action((names: string, options: ExportOptions) => exportDefinitions(io, listOption(names), options));
}

async function exportDefinitions(
  io: CommandIo,
  names: readonly string[],
  options: ExportOptions,
): Promise<void> {
  const format = formats.find((known) => known === options.format);
  if (format === undefined) throw usageError(`--format is ${formats.join(', ')}, not '${options.format}'.`);
  const store = await openDefinitions(io, options);
  const stored = await readAll(store, [...new Set(names)].sort());
  const { text, warnings } = await render(stored.map(visibleObject), format);
  warn(io, [...stored.flatMap(hiddenAttributes), ...warnings]);
  io.stdout(text);
}

async function readAll(store: Store, names: readonly string[]): Promise<DefinitionObject[]> {
  const objects: DefinitionObject[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    try {
      const object = await store.read('osimage', name);
      if (object === undefined) problems.push(notFound(name, 'osimage'));
      else objects.push(object);
    } catch (error) {
      if (!(error instanceof RootimgError)) throw error;
      problems.push(...problemsOf(error));
    }
  }
  throwProblems(problems);
  return objects;
}

async function render(
  objects: readonly DefinitionObject[],
  format: Format,
): Promise<{ readonly text: string; readonly warnings: readonly Problem[] }> {
  if (format === 'stanza') {
    const { writeStanza } = await import('../../definition/stanza-write.ts');
    return { text: writeStanza(objects), warnings: [] };
  }
  const { writeInventory } = await import('../../definition/inventory-write.ts');
  return writeInventory(objects, format);
}

/** What the imagetype hides is stored, but belongs to no definition of this kind. */
function hiddenAttributes(stored: DefinitionObject): Problem[] {
  const visible = visibleObject(stored).attributes;
  return [...stored.attributes.keys()]
    .filter((attribute) => !visible.has(attribute))
    .map((attribute) => ({
      code: 'attribute-hidden',
      message: `${attribute} of '${stored.name}' is not exported: with imagetype=${stored.attributes.get('imagetype') ?? ''} it is not shown.`,
    }));
}

import { resolve } from 'node:path';
import { Command } from 'commander';
import { readTextFile } from '../../base/regular-file.ts';
import { checkConditions, checkObject, type WantedObject } from '../../definition/check.ts';
import { type DefinitionObject, isForeignType } from '../../definition/object.ts';
import { readStanza } from '../../definition/stanza.ts';
import type { Store } from '../../definition/store.ts';
import { fileErrorWords, type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import { warn } from './def-command.ts';
import { openDefinitions } from './definitions.ts';
import type { CommandIo } from '../io.ts';
import { sharedFolderWarnings } from '../shared-folder.ts';
import { shared } from '../shared-options.ts';

interface ImportOptions {
  readonly store?: string;
  readonly force?: true;
}

/**
 * `rootimg import FILE`: takes osimages from a file of xcat-inventory (YAML or JSON) or a stanza file into
 * the store.
 */
export function importCommand(io: CommandIo): Command {
  return new Command('import')
    .description('take osimage definitions from a YAML, JSON (xcat-inventory) or stanza file')
    .argument('<file>', 'the file; all of it is checked before anything is written')
    .option('-f, --force', 'replace definitions that exist and differ')
    .option(...shared('store'))
    .action((file: string, options: ImportOptions) => importDefinitions(io, resolve(io.cwd, file), options));
}

async function importDefinitions(io: CommandIo, file: string, options: ImportOptions): Promise<void> {
  const store = await openDefinitions(io, options);
  const { objects, problems, warnings } = await readDefinitions(file);
  warn(io, [...warnings, ...leftOut(objects, file)]);
  const images = objects.filter(({ type }) => !isOtherType(type)).map(withoutName);
  throwProblems([
    ...problems,
    ...images.flatMap((object) => checkObject(object)),
    ...images.flatMap((object) => checkConditions(object)),
  ]);
  if (images.length === 0) {
    throw new RootimgError('import-empty', 'No osimage is defined here.', {
      origin: { file },
      hint: 'Expected are stanzas, or osimage: {name: {…}} as xcat-inventory exports it.',
    });
  }
  const changed = await store.exclusively(async () => {
    const all = await changedImages(store, images.map(definitionOf), options.force === true);
    if (all.length > 0) await store.write('osimage', all);
    warn(io, await sharedFolderWarnings(store, io.cwd, all));
    return all;
  });
  const same = images.length - changed.length;
  io.stdout(`${changed.length} object definitions have been created or modified.\n`);
  if (same > 0) io.stdout(`${same} object definitions were the same already.\n`);
}

interface ReadDefinitions {
  readonly objects: readonly WantedObject[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

async function readDefinitions(file: string): Promise<ReadDefinitions> {
  const text = await readTextFile(file).catch((error: unknown) => {
    throw new RootimgError('import-unreadable', `Cannot be read: ${fileErrorWords(error)}.`, {
      origin: { file },
      cause: error,
    });
  });
  if (/^[ \t]*objtype[ \t]*=/m.test(text)) return readStanza(text, file);
  const { readInventory } = await import('../../definition/inventory-read.ts');
  return readInventory(text, file);
}

/** imagename is the name itself. */
function withoutName(object: WantedObject): WantedObject {
  return { ...object, attributes: new Map([...object.attributes].filter(([name]) => name !== 'imagename')) };
}

/** The site, and what xCAT keeps besides: a backup by `lsdef -a -l -z` has all types. */
function isOtherType(type: string | undefined): boolean {
  return type !== undefined && (type === 'site' || isForeignType(type));
}

/** One warning for each type that is left out, with the first place. */
function leftOut(objects: readonly WantedObject[], file: string): Problem[] {
  const byType = new Map<string, WantedObject[]>();
  for (const object of objects) {
    const { type } = object;
    if (type !== undefined && isOtherType(type)) byType.set(type, [...(byType.get(type) ?? []), object]);
  }
  return [...byType].map(([type, found]) => ({
    code: 'import-type',
    message: `Objects of type '${type}' (${found.length}) are left out: only osimages are imported.`,
    origin: found[0]?.origin ?? { file },
    ...(type === 'site' ? { hint: 'mkdef -z and chdef -z read the site.' } : {}),
  }));
}

function definitionOf({ name, attributes }: WantedObject): DefinitionObject {
  const set = [...attributes].filter(([, { value }]) => value !== '');
  return {
    type: 'osimage',
    name,
    attributes: new Map(set.map(([key, { value }]) => [key, value])),
    origins: new Map(),
  };
}

/**
 * The images that are new or differ from what is stored. Throws, naming all of them, when stored ones would
 * change without --force.
 */
async function changedImages(
  store: Store,
  images: readonly DefinitionObject[],
  force: boolean,
): Promise<DefinitionObject[]> {
  const changed: DefinitionObject[] = [];
  const problems: Problem[] = [];
  for (const image of images) {
    const stored = await store.read('osimage', image.name);
    if (stored !== undefined && isSame(stored, image)) continue;
    changed.push(image);
    if (stored === undefined || force) continue;
    const message = `A definition for '${image.name}' already exists and differs. Nothing is changed.`;
    problems.push({ code: 'object-exists', message, hint: 'rootimg import --force replaces it.' });
  }
  throwProblems(problems);
  return changed;
}

function isSame(stored: DefinitionObject, image: DefinitionObject): boolean {
  return (
    stored.attributes.size === image.attributes.size &&
    [...image.attributes].every(([name, value]) => stored.attributes.get(name) === value)
  );
}

import type { Command } from 'commander';
import { checkConditions, type WantedObject } from '../../definition/check.ts';
import { namesOfType } from '../../definition/lookup.ts';
import { type DefinitionObject, objectTypes } from '../../definition/object.ts';
import type { Store } from '../../definition/store.ts';
import { visibleObject } from '../../definition/visible.ts';
import { type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import { defCommand, type DefRun, defUsageError, reportProblems, runs, warn } from './def-command.ts';
import { type CheckedObject, type DefWriteOptions, wantedObjects } from './def-wanted.ts';
import type { CommandIo } from '../io.ts';
import { sharedFolderWarnings } from '../shared-folder.ts';

interface MkdefOptions extends DefWriteOptions {
  readonly force?: true;
  readonly template?: string;
}

/** `mkdef`: creates definitions. */
export function mkdefCommand(io: CommandIo): Command {
  const command = defCommand('mkdef', 'Creates definitions.', '-t osimage -o names attr=val … | -z < stanzas')
    .option('-z, --stanza', 'read stanzas from standard input')
    .option('-f, --force', 'replace definitions that exist')
    .option('-u', 'derive the name and values from profile, provmethod, osvers and osarch')
    .option('-d, --dynamic', 'for groups in xCAT; no effect here')
    .option('--template <name>', 'take what is not given from this definition');
  return runs<MkdefOptions>(io, command, mkdef);
}

async function mkdef(run: DefRun<MkdefOptions>): Promise<void> {
  const { io, options, store } = run;
  if (options.stanza && options.template !== undefined) {
    throw defUsageError('--template and -z cannot be used together.');
  }
  const wanted = await wantedObjects(run, async (objects) => {
    const filled =
      options.template === undefined ? objects : await fromTemplate(store, objects, options.template);
    if (!options.u) return filled;
    const { deriveNew } = await import('./def-derive.ts');
    return deriveNew(run, filled);
  });
  const count = await store.exclusively(() => create(run, wanted));
  const summary = `${count} object definitions have been created or modified.`;
  if (count > 0) return io.stdout(`${summary}\n`);
  reportProblems(io, [{ code: 'nothing-created', message: summary }]);
}

/** Writes what does not exist yet, with -f all, and gives how many that were. */
async function create(
  { io, options, store }: DefRun<MkdefOptions>,
  wanted: readonly CheckedObject[],
): Promise<number> {
  const existing = await existingObjects(store, wanted);
  const fresh = options.force ? wanted : wanted.filter((object) => !existing.has(key(object)));
  warn(io, wanted.filter((object) => !fresh.includes(object)).map(alreadyThere));
  throwProblems(fresh.flatMap((object) => checkConditions(object)));

  // xCAT: an object of which nothing is said is not created.
  const made = fresh.filter(({ attributes }) => attributes.size > 0);
  warn(io, fresh.filter((object) => !made.includes(object)).map(nothingSaid));
  for (const type of objectTypes) {
    const ofType = made.filter((object) => object.type === type).map(storedObject);
    if (ofType.length > 0) await store.write(type, ofType);
  }
  warn(io, await sharedFolderWarnings(store, io.cwd, made.map(storedObject)));
  return made.length;
}

function key({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type} ${name}`;
}

async function existingObjects(store: Store, wanted: readonly CheckedObject[]): Promise<Set<string>> {
  const existing = new Set<string>();
  for (const type of new Set(wanted.map((object) => object.type))) {
    for (const name of await namesOfType(store, type)) existing.add(key({ type, name }));
  }
  return existing;
}

function alreadyThere({ name }: CheckedObject): Problem {
  const message = `A definition for '${name}' already exists. No changes will be made. Run again with -f to replace it.`;
  return { code: 'object-exists', message };
}

function nothingSaid({ name }: CheckedObject): Problem {
  const hint = 'They stand behind the names as attr=val; with -z stanzas are read, as lsdef -z prints them.';
  return { code: 'object-empty', message: `'${name}' is not created: no attributes were given.`, hint };
}

function storedObject({ type, name, attributes }: CheckedObject): DefinitionObject {
  const set = [...attributes].filter(([, { value }]) => value !== '');
  return {
    type,
    name,
    attributes: new Map(set.map(([attribute, { value }]) => [attribute, value])),
    origins: new Map(),
  };
}

/** Adds what the template has and the command line does not say. */
async function fromTemplate(
  store: Store,
  objects: readonly WantedObject[],
  template: string,
): Promise<readonly WantedObject[]> {
  const [first] = objects;
  if (template === '' || template.includes(','))
    throw defUsageError('--template needs the name of one object.');
  if (objects.some(({ name }) => name === template)) {
    throw defUsageError(`'${template}' cannot be its own template.`);
  }
  const type = first?.type === 'site' ? 'site' : 'osimage';
  const found = await store.read(type, template);
  if (found === undefined) {
    throw new RootimgError(
      'template-unknown',
      `Could not find the template object named '${template}' of type '${type}'.`,
    );
  }
  const values = [...visibleObject(found).attributes].map(([name, value]): [string, { value: string }] => [
    name,
    { value },
  ]);
  return objects.map((object) => ({ ...object, attributes: new Map([...values, ...object.attributes]) }));
}

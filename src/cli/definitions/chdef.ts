import type { Command } from 'commander';
import { isListAttribute, isOsimageAttribute } from '../../definition/attributes.ts';
import { applyChange, type ChangeMode } from '../../definition/change.ts';
import { checkConditions } from '../../definition/check.ts';
import { emptyObject, lookUp } from '../../definition/lookup.ts';
import { type DefinitionObject, nameFault, objectTypes } from '../../definition/object.ts';
import { type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import {
  defCommand,
  type DefRun,
  defUsageError,
  notFound,
  reportProblems,
  runs,
  warn,
} from './def-command.ts';
import { type CheckedObject, type DefWriteOptions, wantedObjects } from './def-wanted.ts';
import type { CommandIo } from '../io.ts';
import { folderAttributes, sharedFolderWarnings } from '../shared-folder.ts';

interface ChdefOptions extends DefWriteOptions {
  readonly plus?: true;
  readonly minus?: true;
  readonly n?: string;
}

/** `chdef`: changes definitions, and creates those that do not exist. */
export function chdefCommand(io: CommandIo): Command {
  const command = defCommand('chdef', 'Changes definitions.', '-t osimage -o names attr=val … | -z < stanzas')
    .option('-z, --stanza', 'read stanzas from standard input')
    .option('-p, --plus', 'append the values to comma lists')
    .option('-m, --minus', 'take the values out of comma lists')
    .option('-u', 'derive values again from profile, provmethod, osvers and osarch')
    .option('-d, --dynamic', 'for groups in xCAT; no effect here')
    .option('-n <name>', 'give the object a new name');
  return runs<ChdefOptions>(io, command, chdef);
}

async function chdef(run: DefRun<ChdefOptions>): Promise<void> {
  const { store } = run;
  const mode = changeMode(run.options);
  const wanted = await wantedObjects(run, async (objects) => {
    if (!run.options.u) return objects;
    const { deriveAgain } = await import('./def-derive.ts');
    return deriveAgain(run, objects);
  });
  const { n: newName } = run.options;
  await store.exclusively(() =>
    newName === undefined ? change(run, wanted, mode) : rename(run, wanted, newName),
  );
}

async function change(
  run: DefRun<ChdefOptions>,
  wanted: readonly CheckedObject[],
  mode: ChangeMode,
): Promise<void> {
  const { io, store } = run;
  const targets = await currentObjects(
    run,
    wanted.filter(({ attributes }) => attributes.size > 0),
    mode,
  );
  if (mode === 'plus') warn(io, targets.flatMap(notLists));
  const changed: DefinitionObject[] = [];
  for (const { object, current } of targets) {
    const values = new Map([...object.attributes].map(([name, { value }]) => [name, value]));
    const change = applyChange(object.name, current.attributes, values, mode);
    reportProblems(io, change.problems);
    if (change.applied > 0) changed.push({ ...current, attributes: change.attributes });
  }
  for (const type of objectTypes) {
    const ofType = changed.filter((object) => object.type === type);
    if (ofType.length > 0) await store.write(type, ofType);
  }
  const moved = targets.filter(({ object }) => folderAttributes.some((name) => object.attributes.has(name)));
  const movedNames = new Set(moved.map(({ object }) => object.name));
  warn(
    io,
    await sharedFolderWarnings(
      store,
      io.cwd,
      changed.filter(({ name }) => movedNames.has(name)),
    ),
  );
  io.stdout(`${changed.length || 'No'} object definitions have been created or modified.\n`);
  const created = targets.filter(({ isNew }) => isNew).map(({ object }) => object.name);
  if (created.length > 0) io.stdout(`New object definitions '${created.join(',')}' have been created.\n`);
}

function changeMode(options: ChdefOptions): ChangeMode {
  if (options.plus && options.minus) throw defUsageError('-p and -m cannot be used together.');
  const mode = options.plus ? 'plus' : options.minus ? 'minus' : 'set';
  if (options.u && mode !== 'set') throw defUsageError('-u cannot be used with -p or -m.');
  if (options.n !== undefined && (mode !== 'set' || options.stanza)) {
    throw defUsageError('-n cannot be used with -p, -m or -z.');
  }
  return mode;
}

interface Target {
  readonly object: CheckedObject;
  readonly current: DefinitionObject;
  readonly isNew: boolean;
}

/** The objects beside what is stored of them. Throws when one of them must not be changed as wanted. */
async function currentObjects(
  { store }: DefRun<ChdefOptions>,
  wanted: readonly CheckedObject[],
  mode: ChangeMode,
): Promise<Target[]> {
  const targets: Target[] = [];
  const problems: Problem[] = [];
  for (const one of wanted) {
    const stored = await lookUp(store, one.type, one.name);
    const object = stored === undefined ? newObject(one) : one;
    if (stored === undefined && mode === 'minus') problems.push(notFound(object.name, object.type));
    problems.push(...checkConditions(object, stored?.attributes));
    const current = stored ?? emptyObject(object.type, object.name);
    targets.push({ object, current, isNew: stored === undefined });
  }
  throwProblems(problems);
  return targets;
}

/** xCAT appends to any value with a comma; where that makes no list the administrator should know. */
function notLists({ object, current }: Target): Problem[] {
  const names = [...object.attributes.keys()].filter((name) => current.attributes.has(name));
  return names
    .filter((name) => object.type === 'osimage' && isOsimageAttribute(name) && !isListAttribute(name))
    .map((name) => ({ code: 'attribute-no-list', message: `The value of ${name} is not a comma list.` }));
}

/** xCAT: an osimage that chdef makes gets imagetype NIM when none is given. */
function newObject(object: CheckedObject): CheckedObject {
  if (object.type !== 'osimage') return object;
  return { ...object, attributes: new Map([['imagetype', { value: 'NIM' }], ...object.attributes]) };
}

async function rename(
  { io, store }: DefRun<ChdefOptions>,
  wanted: readonly CheckedObject[],
  to: string,
): Promise<void> {
  const [object, second] = wanted;
  if (object === undefined || second !== undefined || object.attributes.size > 0) {
    throw defUsageError('-n gives one object a new name and nothing else.');
  }
  const fault = object.type === 'site' ? 'there is one site object only' : nameFault(to);
  if (fault !== undefined) throw new RootimgError('name', `'${to}' cannot be the new name: ${fault}.`);
  const stored = await store.read(object.type, object.name);
  if (stored === undefined) throwProblems([notFound(object.name, object.type)]);
  if ((await store.list(object.type)).includes(to)) {
    throw new RootimgError('object-exists', `A definition for '${to}' already exists.`);
  }
  if (stored !== undefined) await store.write(object.type, [{ ...stored, name: to }]);
  await store.remove(object.type, object.name);
  if (stored !== undefined) warn(io, await sharedFolderWarnings(store, io.cwd, [{ ...stored, name: to }]));
  io.stdout(`Changed the object name from ${object.name} to ${to}.\n`);
}

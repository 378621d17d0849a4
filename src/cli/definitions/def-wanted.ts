import { checkObject, typeProblem, type WantedObject } from '../../definition/check.ts';
import { isObjectType, type ObjectType, siteName } from '../../definition/object.ts';
import { readStanza } from '../../definition/stanza.ts';
import { type Problem, throwProblems } from '../../base/errors.ts';
import { defUsageError, type DefOptions, type DefRun, warn } from './def-command.ts';
import { type DefWords, readWords } from './def-words.ts';

/** Options of the commands that make or change objects. */
export interface DefWriteOptions extends DefOptions {
  readonly stanza?: true;
  readonly u?: true;
}

/** An object with values to be set, whose type and names are known to be right. */
export interface CheckedObject extends WantedObject {
  readonly type: ObjectType;
}

/** Standard input in messages. */
const stdinName = '<stdin>';

/**
 * The objects that a command line or the stanzas on standard input ask for, one for each name. Throws
 * everything that is wrong with any of them, so that either all or nothing is done. `prepare` completes the
 * objects before they are checked.
 */
export async function wantedObjects(
  run: DefRun<DefWriteOptions>,
  prepare: (objects: readonly WantedObject[]) => Promise<readonly WantedObject[]> = async (objects) =>
    objects,
): Promise<CheckedObject[]> {
  const words = readWords(run.options.o, run.words);
  const objects = run.options.stanza ? await stanzaObjects(run, words) : commandLineObjects(run, words);
  const checked: CheckedObject[] = [];
  const problems: Problem[] = [];
  for (const object of (await prepare(objects)).map((one) => withoutName(run, one))) {
    problems.push(...checkObject(object));
    if (isChecked(object)) checked.push(object);
  }
  throwProblems(problems);
  return checked;
}

async function stanzaObjects(
  { io, options }: DefRun<DefWriteOptions>,
  words: DefWords,
): Promise<readonly WantedObject[]> {
  if (options.t || words.names.length > 0 || words.attributes.size > 0) {
    throw defUsageError('-z takes types, names and values from standard input only.');
  }
  const { objects, problems, warnings } = readStanza(await io.stdin(), stdinName);
  warn(io, warnings);
  throwProblems([...problems, ...(problems.length > 0 ? objects.flatMap(checkObject) : [])]);
  if (objects.length === 0) throw defUsageError('No object names were provided on standard input.');
  return objects;
}

/** With -u an object may have no name yet: it is derived later. */
function commandLineObjects(
  { options }: DefRun<DefWriteOptions>,
  { names, attributes }: DefWords,
): WantedObject[] {
  const type = options.t || (options.u ? 'osimage' : 'node');
  if (!isObjectType(type)) throwProblems([typeProblem(type)]);
  if (options.u && type !== 'osimage') throw defUsageError('-u is only for objects of type osimage.');
  const unnamed = type === 'site' ? [siteName] : options.u ? [''] : [];
  const all = names.length > 0 ? names : unnamed;
  if (all.length === 0) throw defUsageError('No object names were provided.');
  return all.map((name) => ({ name, type, attributes }));
}

/**
 * imagename is the object's name, which is not stored as an attribute; another one is said to be without
 * effect.
 */
function withoutName({ io }: DefRun<DefWriteOptions>, object: WantedObject): WantedObject {
  const given = object.attributes.get('imagename');
  if (object.type !== 'osimage' || given === undefined) return object;
  if (given.value !== '' && given.value !== object.name) {
    const message = `imagename is the name of the object, '${object.name}', and cannot be set.`;
    warn(io, [
      { code: 'imagename', message, ...(given.origin === undefined ? {} : { origin: given.origin }) },
    ]);
  }
  return { ...object, attributes: new Map([...object.attributes].filter(([name]) => name !== 'imagename')) };
}

function isChecked(object: WantedObject): object is CheckedObject {
  return object.type !== undefined && isObjectType(object.type);
}

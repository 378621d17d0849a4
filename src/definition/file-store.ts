import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { answered } from '../base/answered.ts';
import { atMost } from '../base/at-most.ts';
import { readRegularFileSync, readTextFile } from '../base/regular-file.ts';
import { fileErrorWords, type Problem, ProblemsError, problemsOf, RootimgError } from '../base/errors.ts';
import { flushFile, flushMadeFolder } from '../base/flush.ts';
import { checkObject } from './check.ts';
import { type DefinitionObject, nameFault, type ObjectType } from './object.ts';
import { readStanza, type ReadObject } from './stanza.ts';
import { writeStanza } from './stanza-write.ts';
import type { Store, StoredObjects, StoreLock } from './store-type.ts';

const suffix = '.stanza';

/** How many files are written at once: enough to keep the disk busy while each is flushed. */
const parallelWrites = 16;

/**
 * A temporary file of write-file-atomic this old (ms) belongs to a run that was killed: writing one takes
 * moments.
 */
const staleAge = 60_000;

/**
 * Keeps each object in a stanza file of its own, `<home>/<type>/<name>.stanza`. Reading needs no privilege,
 * writing replaces files whole.
 */
export function fileStore(home: string, lock: StoreLock): Store {
  const folderOf = (type: ObjectType): string => join(home, type);
  const fileOf = (type: ObjectType, name: string): string => join(folderOf(type), `${name}${suffix}`);

  const list = async (type: ObjectType): Promise<string[]> => {
    const entries = await answered(folderOf(type), readdir(folderOf(type))).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw unusable(folderOf(type), 'read', error);
      },
    );
    return entries
      .filter((entry) => entry.endsWith(suffix) && !entry.startsWith('.'))
      .map((entry) => entry.slice(0, -suffix.length))
      .sort();
  };

  return {
    list,
    read: async (type, name) =>
      nameFault(name) === undefined ? readObject(fileOf(type, name), type, name) : undefined,
    readAll: async (type) => {
      const objects: DefinitionObject[] = [];
      const problems: Problem[] = [];
      for (const name of await list(type))
        collect(() => readOneOfMany(fileOf(type, name), type, name), objects, problems);
      return { objects, problems } satisfies StoredObjects;
    },
    write: async (type, objects) =>
      writeFolder(
        folderOf(type),
        objects.map((object) => ({ path: fileOf(type, object.name), text: writeStanza([object]) })),
      ),
    remove: async (type, name) => nameFault(name) === undefined && removeFile(fileOf(type, name)),
    exclusively: async (work) => {
      const release = await lock(home);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}

async function readObject(
  file: string,
  type: ObjectType,
  name: string,
): Promise<DefinitionObject | undefined> {
  const text = await readTextFile(file).catch((error: unknown) => missing(file, error));
  return text === undefined ? undefined : objectOf(text, file, type, name);
}

/** Synchronously: thousands of small files are read several times faster than with a promise for each. */
function readOneOfMany(file: string, type: ObjectType, name: string): DefinitionObject | undefined {
  let text: string | undefined;
  try {
    text = readRegularFileSync(file).toString('utf8');
  } catch (error) {
    text = missing(file, error);
  }
  return text === undefined ? undefined : objectOf(text, file, type, name);
}

function missing(file: string, error: unknown): undefined {
  if (!isMissing(error)) throw unusable(file, 'read', error);
}

function objectOf(text: string, file: string, type: ObjectType, name: string): DefinitionObject {
  const { objects, problems } = readStanza(text, file);
  const [object] = objects;
  const all = [...problems, ...objects.flatMap(checkObject), ...contentProblems(objects, file, type, name)];
  if (all.length > 0 || object === undefined) throw new ProblemsError(all);
  const set = [...object.attributes].filter(([, { value }]) => value !== '');
  return {
    type,
    name,
    attributes: new Map(set.map(([key, { value }]) => [key, value])),
    origins: new Map(set.map(([key, { origin }]) => [key, origin])),
  };
}

function contentProblems(
  objects: readonly ReadObject[],
  file: string,
  type: ObjectType,
  name: string,
): Problem[] {
  const expected = `The object '${name}' of type ${type} is expected in this file`;
  const [object, second] = objects;
  if (object === undefined)
    return [{ code: 'store-empty', message: `${expected}, but it holds none.`, origin: { file } }];
  if (second !== undefined) {
    return [{ code: 'store-several', message: `${expected}, and nothing else.`, origin: second.origin }];
  }
  if (object.name === name && (object.type === type || object.type === undefined)) return [];
  const message = `${expected}, not '${object.name}' of type ${object.type}.`;
  return [{ code: 'store-other', message, origin: object.origin }];
}

function collect(
  read: () => DefinitionObject | undefined,
  objects: DefinitionObject[],
  problems: Problem[],
): void {
  try {
    const object = read();
    if (object !== undefined) objects.push(object);
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    problems.push(...problemsOf(error));
  }
}

async function writeFolder(folder: string, files: readonly { path: string; text: string }[]): Promise<void> {
  try {
    const firstMade = await mkdir(folder, { recursive: true });
    await sweep(folder);
    await writeFiles(files);
    await flushMadeFolder(folder, firstMade);
  } catch (error) {
    throw unusable(folder, 'written', error);
  }
}

/** False when there was no such file. */
async function removeFile(file: string): Promise<boolean> {
  try {
    await rm(file);
    await flushFile(dirname(file));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw unusable(file, 'removed', error);
  }
}

async function writeFiles(files: readonly { path: string; text: string }[]): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await atMost(parallelWrites, files, ({ path, text }) => writeFileAtomic(path, text, { mode: 0o644 }));
}

/** Removes the temporary files of killed runs. */
async function sweep(folder: string): Promise<void> {
  const now = Date.now();
  for (const entry of await readdir(folder)) {
    if (!/\.stanza\.\d+$/.test(entry)) continue;
    const path = join(folder, entry);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > staleAge) await rm(path, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** A failure of the file system as an error of the user; anything else is thrown as it is. */
function unusable(path: string, action: string, error: unknown): RootimgError {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error;
  return new RootimgError('store-unusable', `Cannot be ${action}: ${fileErrorWords(error)}.`, {
    origin: { file: path },
    cause: error,
    hint: 'Definitions are kept in --store DIR, else in $ROOTIMG_HOME, else in /etc/rootimg.',
  });
}

import { type Problem, RootimgError } from '../base/errors.ts';
import { type DefinitionObject, nameFault, type ObjectType } from './object.ts';
import { readStanza } from './stanza.ts';
import { sortedAttributes } from './stanza-write.ts';
import type { Store } from './store-type.ts';

type XcatCommand = 'lsdef' | 'mkdef' | 'chdef' | 'rmdef';

/** What a command of xCAT answered. */
export interface XcatAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of xCAT's own commands to its end, whatever its exit code. */
export type XcatRunner = (command: XcatCommand | 'genimage', words: readonly string[]) => Promise<XcatAnswer>;

/**
 * The definitions of a live xCAT, through its own commands: read as stanzas (`lsdef -z`), written attribute
 * by attribute (`mkdef`, `chdef` with `attr=value` words). Not written as stanzas, because xCAT drops the
 * rest of an object behind a value that ends with `:` and cuts quotes off the ends of a value. Attributes
 * that we do not know are read and left alone.
 */
export function xcatStore(run: XcatRunner): Store {
  const stanzas = async (
    type: ObjectType,
    words: readonly string[],
  ): Promise<readonly DefinitionObject[]> => {
    const answer = await run('lsdef', ['-t', type, '-z', ...words]);
    if (saysMissing(answer)) return [];
    succeed('lsdef', answer);
    return readObjects(answer.stdout, type);
  };

  const read = async (type: ObjectType, name: string): Promise<DefinitionObject | undefined> => {
    if (nameFault(name) !== undefined) return undefined;
    return (await stanzas(type, ['-o', name])).find((object) => object.name === name);
  };

  return {
    list: async (type) => {
      const answer = await run('lsdef', ['-t', type]);
      if (saysMissing(answer)) return [];
      succeed('lsdef', answer);
      return namesIn(answer.stdout, type);
    },
    read,
    readAll: async (type) => {
      const objects = await stanzas(type, ['-l']);
      return { objects: [...objects].sort((a, b) => (a.name < b.name ? -1 : 1)), problems: [] };
    },
    write: async (type, objects) => {
      for (const object of objects) {
        const current = await read(type, object.name);
        const words = current === undefined ? wordsOf(object.attributes) : changeWords(current, object);
        if (words.length === 0) continue;
        const command = current === undefined ? 'mkdef' : 'chdef';
        succeed(command, await run(command, ['-t', type, '-o', object.name, ...words]));
      }
    },
    remove: async (type, name) => {
      if (nameFault(name) !== undefined) return false;
      const answer = await run('rmdef', ['-t', type, '-o', name]);
      if (saysMissing(answer)) return false;
      succeed('rmdef', answer);
      return true;
    },
    // xcatd makes each change by itself; what lies between two of them is nobody's.
    exclusively: (work) => work(),
  };
}

/**
 * An object or a type that has none: xCAT says so in words, with exit code 1 for a name and 0 for a whole
 * type.
 */
function saysMissing({ stdout, stderr }: XcatAnswer): boolean {
  return /Could not find an(y)? object/.test(`${stdout}\n${stderr}`);
}

function succeed(command: XcatCommand, { exitCode, stdout, stderr }: XcatAnswer): void {
  if (exitCode === 0) return;
  const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.trim() !== '');
  throw new RootimgError('xcat-failed', `xCAT's ${command} ended with exit status ${exitCode}.`, {
    details: lines.slice(0, 20),
  });
}

/** Names in lines such as `compute  (osimage)`. */
function namesIn(text: string, type: ObjectType): string[] {
  return text
    .split('\n')
    .flatMap((line) => {
      const [, name, of] = /^(\S+) +\((\S+)\)\s*$/.exec(line) ?? [];
      return name !== undefined && of === type ? [name] : [];
    })
    .sort();
}

function readObjects(text: string, type: ObjectType): DefinitionObject[] {
  const { objects, problems } = readStanza(text, `lsdef -t ${type} -z`);
  if (problems.length > 0) throw unreadableAnswer(problems);
  return objects
    .filter((object) => object.type === type)
    .map(({ name, attributes }) => ({
      type,
      name,
      attributes: new Map(
        [...attributes]
          .filter(([key, { value }]) => value !== '' && !(type === 'osimage' && key === 'imagename'))
          .map(([key, { value }]) => [key, value]),
      ),
      origins: new Map(),
    }));
}

function unreadableAnswer(problems: readonly Problem[]): RootimgError {
  return new RootimgError('xcat-answer', "xCAT's lsdef -z printed what is not a stanza.", {
    details: problems.map(({ message }) => message),
  });
}

function wordsOf(attributes: ReadonlyMap<string, string>): string[] {
  return [...attributes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
}

/**
 * Only what differs: other people's attributes stay untouched even when somebody changes them at this moment.
 */
function changeWords(current: DefinitionObject, wanted: DefinitionObject): string[] {
  const changed = [...wanted.attributes].filter(([name, value]) => current.attributes.get(name) !== value);
  const cleared = sortedAttributes(current).filter(([name]) => !wanted.attributes.has(name));
  return wordsOf(new Map([...changed, ...cleared.map(([name]): [string, string] => [name, ''])]));
}

import { readTextFile } from '../base/regular-file.ts';
import { fileErrorWords, ProblemsError, RootimgError } from '../base/errors.ts';
import { checkObject } from './check.ts';
import { type DefinitionObject, type ObjectType, siteName } from './object.ts';
import { readStanza } from './stanza.ts';
import type { Store } from './store-type.ts';

/**
 * The definitions of one stanza file, read only. Nothing else is defined, but where the file has no site
 * object that of `base` holds. Throws all that is wrong with the file on first use.
 */
export function oneFileStore(file: string, base: Store): Store {
  let loading: Promise<readonly DefinitionObject[]> | undefined;
  const all = () => (loading ??= loadObjects(file));
  const ofType = async (type: ObjectType) => {
    const found = (await all()).filter((object) => object.type === type);
    if (type !== 'site' || found.length > 0) return found;
    const site = await base.read('site', siteName);
    return site === undefined ? [] : [site];
  };
  const refuse = async () => {
    throw new RootimgError('store-read-only', 'Definitions given with --def are not changed.', {
      origin: { file },
    });
  };
  return {
    readOnly: true,
    list: async (type) => (await ofType(type)).map(({ name }) => name),
    read: async (type, name) => (await ofType(type)).find((object) => object.name === name),
    readAll: async (type) => ({ objects: await ofType(type), problems: [] }),
    write: refuse,
    remove: refuse,
    exclusively: refuse,
  };
}

async function loadObjects(file: string): Promise<readonly DefinitionObject[]> {
  const text = await readTextFile(file).catch((error: unknown) => {
    throw new RootimgError('def-unreadable', `Cannot be read: ${fileErrorWords(error)}.`, {
      origin: { file },
      cause: error,
      hint: '--def needs a stanza file, as lsdef -z prints it.',
    });
  });
  const { objects, problems } = readStanza(text, file);
  const all = [...problems, ...objects.flatMap(checkObject)];
  if (all.length > 0) throw new ProblemsError(all);
  return objects
    .map(({ name, type, attributes }): DefinitionObject => {
      const set = [...attributes].filter(([key, { value }]) => value !== '' && key !== 'imagename');
      return {
        type: type === 'site' ? 'site' : 'osimage',
        name,
        attributes: new Map(set.map(([key, { value }]) => [key, value])),
        origins: new Map(set.map(([key, { origin }]) => [key, origin])),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

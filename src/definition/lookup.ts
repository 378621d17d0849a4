import { type Problem, problemsOf, RootimgError } from '../base/errors.ts';
import { type DefinitionObject, type ObjectType, siteName } from './object.ts';
import type { Store, StoredObjects } from './store-type.ts';
import { visibleObject } from './visible.ts';

/** An object without attributes. */
export function emptyObject(type: ObjectType, name: string): DefinitionObject {
  return { type, name, attributes: new Map(), origins: new Map() };
}

/** Names of all objects of a type, sorted; the site is always there, because it has defaults. */
export async function namesOfType(store: Store, type: ObjectType): Promise<readonly string[]> {
  return type === 'site' ? [siteName] : store.list(type);
}

/** One object as stored, the site also when it never was. */
export async function lookUp(
  store: Store,
  type: ObjectType,
  name: string,
): Promise<DefinitionObject | undefined> {
  const stored = await store.read(type, name);
  return stored ?? (type === 'site' && name === siteName ? emptyObject(type, name) : undefined);
}

/** All objects of a type as the commands show them; without their attributes when those are not wanted. */
export async function lookUpType(
  store: Store,
  type: ObjectType,
  withAttributes: boolean,
): Promise<FoundNames> {
  if (!withAttributes) {
    const names = await namesOfType(store, type);
    return { objects: names.map((name) => emptyObject(type, name)), problems: [], missing: [] };
  }
  if (type === 'site') return lookUpNames(store, type, [siteName]);
  const { objects, problems } = await store.readAll(type);
  return { objects: objects.map(visibleObject), problems, missing: [] };
}

/** What came of looking up names. */
export interface FoundNames extends StoredObjects {
  /** Names that no object has; a damaged object is a problem instead. */
  readonly missing: readonly string[];
}

/** The named objects as the commands show them. */
export async function lookUpNames(
  store: Store,
  type: ObjectType,
  names: readonly string[],
): Promise<FoundNames> {
  const objects: DefinitionObject[] = [];
  const problems: Problem[] = [];
  const missing: string[] = [];
  for (const name of names) {
    try {
      const object = await lookUp(store, type, name);
      if (object === undefined) missing.push(name);
      else objects.push(visibleObject(object));
    } catch (error) {
      if (!(error instanceof RootimgError)) throw error;
      problems.push(...problemsOf(error));
    }
  }
  return { objects, problems, missing };
}

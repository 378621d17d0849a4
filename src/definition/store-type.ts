import type { Problem } from '../base/errors.ts';
import type { DefinitionObject, ObjectType } from './object.ts';

/** All objects of a type that could be read, and what is wrong with the others. */
export interface StoredObjects {
  readonly objects: readonly DefinitionObject[];
  readonly problems: readonly Problem[];
}

/** Where definitions are kept. Objects are returned as stored: no defaults, nothing hidden. */
export interface Store {
  /** Set for a store that refuses to be written; results of a build are not written back to it. */
  readonly readOnly?: true;
  /** Names of all objects of a type, sorted, without reading them. */
  list(type: ObjectType): Promise<readonly string[]>;
  /** One object, or undefined when there is none. Throws all problems of a damaged one. */
  read(type: ObjectType, name: string): Promise<DefinitionObject | undefined>;
  /** All objects of a type, sorted by name. */
  readAll(type: ObjectType): Promise<StoredObjects>;
  /** Creates or replaces objects, each whole. */
  write(type: ObjectType, objects: readonly DefinitionObject[]): Promise<void>;
  /** False when there was no such object. */
  remove(type: ObjectType, name: string): Promise<boolean>;
  /**
   * Does work that writes what it made of what it read, while no other command does such work on these
   * definitions.
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

/** Waits until nobody else holds the definitions in a folder; gives what lets them go. */
export type StoreLock = (home: string) => Promise<() => void>;

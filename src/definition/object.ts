import type { Origin } from '../base/errors.ts';

/** The types of object that we keep. */
export const objectTypes = ['osimage', 'site'] as const;
export type ObjectType = (typeof objectTypes)[number];

/** Types that xCAT knows besides; nothing of them is ever stored here. */
const foreignTypes = new Set(
  (
    'auditlog boottarget eventlog firmware group kit kitcomponent kitrepo monitoring network node notification osdistro ' +
    'osdistroupdate pdu policy rack route zone'
  ).split(' '),
);

/** The only object of type site. */
export const siteName = 'clustersite';

/** One object as it is stored: attributes that are set, values without blanks at the ends. */
export interface DefinitionObject {
  readonly type: ObjectType;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Where an attribute stands, for messages; empty for objects that come from no file. */
  readonly origins: ReadonlyMap<string, Origin>;
}

export function isObjectType(type: string): type is ObjectType {
  return objectTypes.some((known) => known === type);
}

/** True for a type that exists in xCAT but not here. */
export function isForeignType(type: string): boolean {
  return foreignTypes.has(type);
}

/**
 * What is wrong with a name, or undefined. Names are file names and stanza headers here, and elements of
 * comma lists.
 */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'it is empty';
  const bad = /[\s/,=\uFFFD\p{Cc}\p{Surrogate}]/u.exec(name)?.[0];
  if (bad !== undefined) return `it contains ${JSON.stringify(bad)}`;
  if (/^[.#-]/.test(name)) return `it begins with "${name[0]}"`;
  if (isDefaultsHeader(name)) return 'such a name heads a section of defaults in a stanza file';
  if (Buffer.byteLength(name) > 200) return 'it is longer than 200 bytes';
  return undefined;
}

/**
 * The type whose defaults a stanza header opens (`default-osimage`), or undefined for the name of an object.
 */
export function defaultsTypeOf(header: string): string | undefined {
  return /^default-([^-]+)$/.exec(header)?.[1];
}

function isDefaultsHeader(name: string): boolean {
  return defaultsTypeOf(name) !== undefined;
}

/**
 * Cuts blanks off both ends, as reading a stanza does: only ASCII ones, so that no other character is lost.
 */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t\r\f\v]+|[ \t\r\f\v]+$/g, '');
}

import { RootimgError } from '../base/errors.ts';
import type { DefinitionObject } from './object.ts';
import { nameFault, trimBlanks } from './object.ts';

/** The first line of every stanza file. */
export const stanzaHeader = '# <xCAT data object stanza file>';

/**
 * The stanza file of these objects: attributes sorted, what readStanza gives back equal. Throws
 * `not-writable` for a value that a stanza cannot hold.
 */
export function writeStanza(objects: readonly DefinitionObject[]): string {
  const lines = [stanzaHeader];
  for (const object of objects) lines.push('', ...objectLines(object));
  return `${lines.join('\n')}\n`;
}

function objectLines(object: DefinitionObject): string[] {
  const fault = nameFault(object.name);
  if (fault !== undefined) throw notWritable(`The name '${object.name}' cannot be stored: ${fault}.`);
  const lines = [`${object.name}:`, `    objtype=${object.type}`];
  for (const [name, value] of sortedAttributes(object)) {
    const wrong = attributeFault(name, value);
    if (wrong !== undefined) throw notWritable(`${name} of '${object.name}' cannot be stored: ${wrong}.`);
    lines.push(`    ${name}=${value}`);
  }
  return lines;
}

/** Attributes by name, in byte order. */
export function sortedAttributes(object: DefinitionObject): [string, string][] {
  return [...object.attributes].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Why an attribute would not come back equal from a stanza file, or undefined. */
export function attributeFault(name: string, value: string): string | undefined {
  if (
    name === '' ||
    name === 'objtype' ||
    /[=\n\0\uFFFD\p{Surrogate}]|^#/u.test(name) ||
    trimBlanks(name) !== name
  ) {
    return 'its name is none';
  }
  if (/[\n\0\uFFFD\p{Surrogate}]/u.test(value)) return 'its value is not one line of text';
  if (value === '') return 'its value is empty';
  if (trimBlanks(value) !== value) return 'its value begins or ends with a blank';
  return undefined;
}

function notWritable(message: string): RootimgError {
  return new RootimgError('not-writable', message, {
    hint: 'Values are single lines without blanks at the ends.',
  });
}

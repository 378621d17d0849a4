import { isOsimageAttribute } from './attributes.ts';
import type { DefinitionObject } from './object.ts';
import { sortedAttributes, stanzaHeader } from './stanza-write.ts';

/** What lsdef shows of each object. */
export interface ListFormat {
  /** Names only, or the attributes too. */
  readonly long: boolean;
  readonly stanza: boolean;
  /** `name: attr=value` lines without a heading. */
  readonly compact: boolean;
  /** Only these attributes, unset ones too. */
  readonly only?: readonly string[];
  /** Objects of several types are shown: headings say the type. */
  readonly severalTypes: boolean;
}

/** What lsdef prints on standard output, with the last line's end; empty when there is nothing to show. */
export function formatObjects(objects: readonly DefinitionObject[], format: ListFormat): string {
  const lines = format.stanza ? [stanzaHeader] : [];
  for (const object of objects) lines.push(...(format.long ? longLines : shortLines)(object, format));
  return lines.map((line) => `${line}\n`).join('');
}

function shortLines(object: DefinitionObject, format: ListFormat): string[] {
  return format.stanza ? ['', `${object.name}:`] : [`${object.name}  (${object.type})`];
}

function longLines(object: DefinitionObject, format: ListFormat): string[] {
  const prefix = format.compact ? `${object.name}: ` : '    ';
  return [
    ...headingLines(object, format),
    ...shownAttributes(object, format.only).map(([name, value]) => `${prefix}${name}=${value}`),
  ];
}

function headingLines(object: DefinitionObject, format: ListFormat): string[] {
  if (format.stanza) return ['', `${object.name}:`, `    objtype=${object.type}`];
  if (format.severalTypes) return [`Object name: ${object.name}  (${object.type})`];
  return format.compact ? [] : [`Object name: ${object.name}`];
}

/** The site has no fixed set of attributes, so one that is unset is one that does not exist. */
function shownAttributes(object: DefinitionObject, only: readonly string[] | undefined): [string, string][] {
  if (only === undefined) return sortedAttributes(object);
  if (object.type === 'site') return sortedAttributes(object).filter(([name]) => only.includes(name));
  const known = [...new Set(only)].filter(isOsimageAttribute).sort();
  return known.map((name) => [name, object.attributes.get(name) ?? '']);
}

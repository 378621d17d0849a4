import type { Origin, Problem } from '../base/errors.ts';
import { defaultsTypeOf, trimBlanks } from './object.ts';

/** An attribute as it was read, with the line that said it. */
export interface ReadAttribute {
  readonly value: string;
  readonly origin: Origin;
}

/** One object of a stanza file, not yet checked; objtype is no attribute. */
export interface ReadObject {
  readonly name: string;
  readonly type: string | undefined;
  /** The line of its header. */
  readonly origin: Origin;
  /** With empty values: they say that an attribute is to be unset. */
  readonly attributes: ReadonlyMap<string, ReadAttribute>;
}

export interface StanzaFile {
  readonly objects: readonly ReadObject[];
  readonly problems: readonly Problem[];
  /** Lines that have no effect. */
  readonly warnings: readonly Problem[];
}

interface Section {
  readonly origin: Origin;
  readonly attributes: Map<string, ReadAttribute>;
}

interface ObjectSection extends Section {
  readonly name: string;
  type: string | undefined;
  typeOrigin?: Origin;
}

interface Defaults extends Section {
  readonly defaultsOf: string;
  used: boolean;
}

/**
 * Reads a stanza file. Objects of one name are merged, the later attribute wins; a section that begins with
 * another objtype is another object (a backup may hold a group and an osimage of one name). As in xCAT,
 * defaults enter an object where its objtype stands, so only what is written below that line overrides them.
 * Nothing is dropped in silence: a line that cannot be understood is a problem, one without effect a warning.
 */
export function readStanza(text: string, file: string): StanzaFile {
  const objects = new Map<string, ObjectSection>();
  const defaults = new Map<string, Defaults>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  let section: ObjectSection | Defaults | undefined;
  let reopened = false;
  let nameless: { readonly at: number; readonly first: number } | undefined;

  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = trimBlanks(raw);
    if (line === '' || line.startsWith('#')) continue;
    const origin = { file, line: index + 1 };
    if (/[\0\uFFFD]/.test(line)) {
      problems.push({ code: 'stanza-encoding', message: 'The line is not UTF-8 text.', origin });
      continue;
    }
    const equals = line.indexOf('=');
    if (equals < 0 && line.endsWith(':')) {
      const name = trimBlanks(line.slice(0, -1));
      nameless = name === '' ? { at: problems.length, first: origin.line } : undefined;
      if (nameless !== undefined) problems.push(namelessProblem(origin, origin.line));
      reopened = objects.has(name);
      section = nameless === undefined ? openSection(name, origin, objects, defaults) : undefined;
      continue;
    }
    const attribute = trimBlanks(line.slice(0, Math.max(equals, 0)));
    if (attribute === '') {
      problems.push(strangeLine(line, origin));
      continue;
    }
    if (section !== undefined) {
      const value = trimBlanks(line.slice(equals + 1));
      if (attribute === 'objtype' && reopened) section = ofType(section, value, origin, objects);
      reopened = false;
      setAttribute(section, attribute, { value, origin }, defaults, warnings);
    } else if (nameless !== undefined) {
      problems[nameless.at] = namelessProblem({ file, line: nameless.first }, origin.line);
    } else {
      const message = `${attribute} stands before the first object and has no effect.`;
      warnings.push({ code: 'stanza-orphan', message, origin });
    }
  }
  warnings.push(...unusedDefaults(defaults.values()));
  return { objects: [...objects.values()], problems, warnings };
}

/** The problem of a line that is nothing known. The output of lsdef without -z is a likely mistake. */
function strangeLine(line: string, origin: Origin): Problem {
  const message = `Neither "name:" nor "attribute=value": ${line}`;
  const hint = 'This looks like what lsdef shows: lsdef -z prints stanzas.';
  return { code: 'stanza-line', message, origin, ...(line.startsWith('Object name:') ? { hint } : {}) };
}

/** One problem for a header without a name and for all that stands below it, down to line `last`. */
function namelessProblem(origin: Origin & { readonly line: number }, last: number): Problem {
  const below = last === origin.line ? '' : `; lines ${origin.line + 1} to ${last} belong to no object`;
  return { code: 'stanza-header', message: `A name is missing before ":"${below}.`, origin };
}

function openSection(
  name: string,
  origin: Origin,
  objects: Map<string, ObjectSection>,
  defaults: Map<string, Defaults>,
): ObjectSection | Defaults {
  const defaultsOf = defaultsTypeOf(name);
  if (defaultsOf !== undefined) {
    const known = defaults.get(defaultsOf) ?? { defaultsOf, used: false, origin, attributes: new Map() };
    defaults.set(defaultsOf, known);
    return known;
  }
  const known = objects.get(name) ?? { name, type: undefined, origin, attributes: new Map() };
  objects.set(name, known);
  return known;
}

/** The object of this type and of the name whose section was opened again: that object, or another one. */
function ofType(
  section: ObjectSection | Defaults,
  type: string,
  origin: Origin,
  objects: Map<string, ObjectSection>,
): ObjectSection | Defaults {
  if ('defaultsOf' in section || section.type === undefined || section.type === type) return section;
  const key = `${section.name}: ${type}`;
  const { name } = section;
  const known = objects.get(key) ?? { name, type: undefined, origin, attributes: new Map() };
  objects.set(key, known);
  return known;
}

function setAttribute(
  section: ObjectSection | Defaults,
  name: string,
  attribute: ReadAttribute,
  defaults: ReadonlyMap<string, Defaults>,
  warnings: Problem[],
): void {
  const entries: [string, ReadAttribute][] = [];
  if (name !== 'objtype') {
    entries.push([name, attribute]);
  } else if (!('defaultsOf' in section)) {
    if (section.typeOrigin !== undefined && section.type !== attribute.value) {
      warnings.push(repeated(name, attribute, section.typeOrigin));
    }
    section.type = attribute.value;
    section.typeOrigin = attribute.origin;
    const ofType = defaults.get(attribute.value);
    if (ofType !== undefined) ofType.used = true;
    entries.push(...(ofType?.attributes ?? []));
  } else if (attribute.value !== section.defaultsOf) {
    const message = `objtype=${attribute.value} has no effect among the defaults of ${section.defaultsOf}.`;
    warnings.push({ code: 'stanza-defaults-type', message, origin: attribute.origin });
  }
  for (const [key, entry] of entries) {
    const earlier = section.attributes.get(key);
    if (earlier !== undefined && ('defaultsOf' in section || !isDefault(earlier, defaults))) {
      warnings.push(repeated(key, attribute, earlier.origin));
    }
    section.attributes.set(key, entry);
  }
}

function repeated(name: string, later: ReadAttribute, earlier: Origin): Problem {
  const message = `${name} is set again in line ${later.origin.line}; the later value counts.`;
  return { code: 'stanza-repeated', message, origin: earlier };
}

function isDefault(attribute: ReadAttribute, defaults: ReadonlyMap<string, Defaults>): boolean {
  return [...defaults.values()].some((one) => [...one.attributes.values()].includes(attribute));
}

function unusedDefaults(defaults: Iterable<Defaults>): Problem[] {
  return [...defaults]
    .filter((one) => !one.used)
    .map(({ defaultsOf, origin, attributes }) => ({
      code: 'stanza-defaults-unused',
      message: `No object of type ${defaultsOf} follows; these defaults have no effect${inLines(attributes)}.`,
      origin,
    }));
}

function inLines(attributes: ReadonlyMap<string, ReadAttribute>): string {
  const lines = [...attributes.values()].map(({ origin }) => origin.line);
  return lines.length === 0 ? '' : ` (lines ${lines.join(', ')})`;
}

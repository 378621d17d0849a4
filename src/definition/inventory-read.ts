import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import type { Origin, Problem } from '../base/errors.ts';
import { isListAttribute, isOsimageAttribute } from './attributes.ts';
import { type InventoryPlace, inventoryPlaces, inventorySchemas } from './inventory-layout.ts';
import { trimBlanks } from './object.ts';
import type { ReadAttribute, ReadObject } from './stanza.ts';
import {
  fillGitrepo,
  fillVariables,
  type MaskedText,
  maskVariables,
  variableIn,
} from './inventory-variables.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** Osimages of an inventory file, not yet checked. */
export interface InventoryFile {
  readonly objects: readonly ReadObject[];
  readonly problems: readonly Problem[];
  /** What had no place here. */
  readonly warnings: readonly Problem[];
}

const places: ReadonlyMap<string, InventoryPlace> = new Map(
  inventoryPlaces.map((place) => [place.path, place]),
);
const sections: ReadonlySet<string> = new Set(
  inventoryPlaces.flatMap(({ path }) => (path.includes('.') ? [path.split('.')[0] ?? ''] : [])),
);

interface Reading {
  readonly yaml: YamlFile;
  readonly unmask: MaskedText['unmask'];
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/**
 * Reads the osimages of a YAML or JSON file in the layout of xcat-inventory. Every scalar is text as it was
 * written; null is unset.
 */
export function readInventory(text: string, file: string): InventoryFile {
  const masked = maskVariables(text);
  const yaml = readYaml(masked.text, file, 'failsafe');
  const reading: Reading = { yaml, unmask: masked.unmask, problems: [...yaml.problems], warnings: [] };
  const objects: ReadObject[] = [];
  if (reading.problems.length > 0) return { objects, problems: reading.problems, warnings: [] };
  for (const [key, value, origin] of entries(reading, yaml.document.contents, 'The file')) {
    if (key === 'osimage') {
      for (const image of entries(reading, value, 'osimage')) objects.push(readImage(reading, image));
    } else if (key === 'schema_version') {
      warnOfSchema(reading, value, origin);
    } else {
      const count = isMap(value) ? ` (${value.items.length})` : '';
      const message = `Objects of type '${key}'${count} have no place here: only osimage is imported.`;
      reading.warnings.push({ code: 'inventory-no-place', message, origin });
    }
  }
  const line = ({ origin }: Problem) => origin?.line ?? 0;
  const warnings = reading.warnings.toSorted((one, other) => line(one) - line(other));
  return { objects, problems: reading.problems, warnings };
}

type Entry = readonly [key: string, value: unknown, origin: Origin];

/** The entries of a map; a problem for anything else, nothing for null. */
function entries(reading: Reading, node: unknown, what: string): Entry[] {
  const { yaml, unmask, problems } = reading;
  const map = yaml.target(node);
  if (isNull(map)) return [];
  if (!isMap(map)) {
    const message = `${what} is not "key: value" pairs, as xcat-inventory exports them.`;
    problems.push({ code: 'inventory-shape', message, origin: yaml.at(node) });
    return [];
  }
  return map.items.map(({ key, value }) => [unmask(keyText(key)), yaml.target(value), yaml.at(key)]);
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function isNull(node: unknown): boolean {
  if (node === null || node === undefined) return true;
  return isScalar(node) && node.type === 'PLAIN' && /^(|~|null|Null|NULL)$/.test(String(node.value));
}

function warnOfSchema({ warnings }: Reading, value: unknown, origin: Origin): void {
  const version = isScalar(value) ? String(value.value) : '';
  if (inventorySchemas.includes(version)) return;
  const message = `schema_version ${version} is not one of ${inventorySchemas.join(', ')}: its keys may mean something else.`;
  warnings.push({ code: 'inventory-schema', message, origin });
}

function readImage(reading: Reading, [name, content, origin]: Entry): ReadObject {
  const attributes = new Map<string, ReadAttribute>();
  /** Attributes that stand at their own places, which win. */
  const placed = new Set<string>();
  const take = (path: string, value: unknown, at: Origin): void => {
    const own = places.get(path);
    const place = own ?? placeOfAttribute(path);
    if (place === undefined) {
      if (isNull(value)) return;
      const message = `${path} of '${name}' has no place here.`;
      reading.warnings.push({ code: 'inventory-no-place', message, origin: at });
      return;
    }
    const found = valueText(reading, place, name, value, at);
    if (found === undefined || found === '') return;
    if (own !== undefined) placed.add(place.attribute);
    else if (placed.has(place.attribute)) return;
    const text = fillGitrepo(reading.unmask(found), at.file);
    attributes.set(place.attribute, { value: text, origin: at });
  };
  for (const [key, value, at] of entries(reading, content, `osimage '${name}'`)) {
    if (!sections.has(key)) {
      take(key, value, at);
      continue;
    }
    for (const [inner, below, here] of entries(reading, value, `${key} of '${name}'`)) {
      take(`${key}.${inner}`, below, here);
    }
  }
  const variables = variablesOf(attributes.get('environvar')?.value);
  for (const [attribute, { value, origin: at }] of attributes) {
    const text = fillVariables(value, variables);
    warnOfVariable(reading, attribute, name, text, at);
    attributes.set(attribute, { value: text, origin: at });
  }
  return { name, type: 'osimage', origin, attributes };
}

/** An attribute by the name that lsdef gives it, outside of the sections: people write it so. */
function placeOfAttribute(path: string): InventoryPlace | undefined {
  return isOsimageAttribute(path) ? inventoryPlaces.find(({ attribute }) => attribute === path) : undefined;
}

/** `NAME=value` of an environvar. */
function variablesOf(environvar: string | undefined): ReadonlyMap<string, string> {
  const pairs = (environvar ?? '').split(',').map((word) => word.split(/=(.*)/s));
  return new Map(
    pairs.flatMap(([key = '', value]) => (value === undefined ? [] : [[key.trim(), value.trim()]])),
  );
}

/**
 * The value as a definition has it: a list becomes a comma list. Undefined for null and for what is neither.
 */
function valueText(
  { yaml, problems }: Reading,
  { attribute, path, isList }: InventoryPlace,
  name: string,
  value: unknown,
  origin: Origin,
): string | undefined {
  if (isNull(value)) return undefined;
  if (isScalar(value)) return trimBlanks(String(value.value));
  const mayBeList = isList || (isOsimageAttribute(attribute) && isListAttribute(attribute));
  if (isSeq(value) && mayBeList) {
    const elements = value.items.map((item) => yaml.target(item));
    if (elements.every((item): item is Scalar => isScalar(item))) {
      return trimBlanks(elements.map((item) => (isNull(item) ? '' : String(item.value))).join(','));
    }
  }
  const expected = mayBeList ? 'a text or a list of texts' : 'a text';
  problems.push({
    code: 'inventory-shape',
    message: `${path} of '${name}': ${expected} was expected.`,
    origin,
  });
  return undefined;
}

/** xcat-inventory fills in `{{NAME}}` from its own variables while it imports. */
function warnOfVariable(
  { warnings }: Reading,
  attribute: string,
  name: string,
  text: string,
  origin: Origin,
): void {
  const variable = variableIn(text);
  if (variable === undefined) return;
  const message = `${attribute} of '${name}' has ${variable}, which only xcat-inventory fills in; it is kept as it stands.`;
  warnings.push({ code: 'inventory-variable', message, origin });
}

import { Document, visit } from 'yaml';
import type { Problem } from '../base/errors.ts';
import { inventoryPlaces, inventoryValues } from './inventory-layout.ts';
import type { DefinitionObject } from './object.ts';

type Tree = { [key: string]: string | string[] | Tree };

export interface InventoryText {
  readonly text: string;
  /** What has no place in the layout of xcat-inventory, or would be refused by it. */
  readonly warnings: readonly Problem[];
}

/**
 * Osimages as xcat-inventory exports them: `osimage: {name: {…}}`, keys sorted. readInventory gives them back
 * equal.
 */
export function writeInventory(objects: readonly DefinitionObject[], format: 'yaml' | 'json'): InventoryText {
  const images = Object.fromEntries(objects.map((object) => [object.name, treeOf(object)]));
  const content = { osimage: images, schema_version: '2.0' };
  return {
    text: format === 'json' ? jsonText(content) : yamlText(content),
    warnings: objects.flatMap((object) => [...homeless(object), ...refused(object)]),
  };
}

function treeOf({ attributes }: DefinitionObject): Tree {
  const tree: Tree = {};
  for (const { attribute, path, isList } of inventoryPlaces) {
    const value = attributes.get(attribute);
    if (value === undefined) continue;
    const [first = '', second] = path.split('.');
    const stored = isList ? value.split(',') : value;
    if (second === undefined) tree[first] = stored;
    else tree[first] = { ...(tree[first] as Tree | undefined), [second]: stored };
  }
  return tree;
}

/**
 * Quoted so that YAML 1.1, which xcat-inventory reads, sees texts too: there yes, 0755, 12:30 and = are none.
 */
function yamlText(content: object): string {
  const document = new Document(content, { sortMapEntries: true, aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, scalar) => {
      const text = String(scalar.value);
      if (!plain.test(text) || keyword.test(text)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 }).replace(unprintable, escaped);
}

const plain = /^[A-Za-z/][\w./+@-]*$/;
const keyword = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** What readers of YAML 1.1 refuse, or take for the end of a line, unless it is escaped. */
const unprintable = /[\x7f-\x9f\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function jsonText(content: object): string {
  return `${JSON.stringify(sorted(content), undefined, 4)}\n`;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

function homeless({ name, attributes }: DefinitionObject): Problem[] {
  const known = new Set(inventoryPlaces.map(({ attribute }) => attribute));
  const lost = [...attributes.keys()].filter((attribute) => !known.has(attribute));
  return [
    ...lost.map((attribute) => ({
      code: 'inventory-no-place',
      message: `${attribute} of '${name}' has no place in an inventory file and is not in it.`,
    })),
    ...(attributes.has('nfsrootopts') ? [ownPlace(name)] : []),
  ];
}

function ownPlace(name: string): Problem {
  const message = `nfsrootopts of '${name}' has no place in xcat-inventory's layout: it is written as genimgoptions.nfsrootopts, which only rootimg reads.`;
  return { code: 'inventory-own-place', message };
}

function refused({ name, attributes }: DefinitionObject): Problem[] {
  return Object.entries(inventoryValues).flatMap(([attribute, allowed]) => {
    const value = attributes.get(attribute);
    if (allowed.includes(value ?? '') || (value === undefined && attribute === 'rootfstype')) return [];
    if (value === undefined && attribute === 'profile') return [];
    const message = `xcat-inventory itself refuses ${attribute}=${value ?? ''} of '${name}': it knows ${allowed.join(', ')}.`;
    return [{ code: 'inventory-refused', message }];
  });
}

import { sizeWords } from '../../base/size-words.ts';
import { escaped, type Row, table } from './html.ts';
import type { ImageFacts, PackageFacts, Reason } from './image-facts.ts';
import { treemaps } from './treemap.ts';

const kinds: readonly (readonly [Reason, string])[] = [
  ['listed', 'named by a package list'],
  ['needed', 'needed by what a list names'],
  ['base', 'base of the distribution'],
  ['none', 'no list leads to it, or no package'],
];

/** The packages as areas and as a table. `perByte`: bytes of node memory for each packed byte. */
export function packagesSection({ packages, unowned, total }: ImageFacts, perByte: number): string {
  if (packages === undefined) return '<p>The package database of this tree cannot be read.</p>';
  const tiles = packages.map(({ name, bytes, reason }, index) => ({
    ...{ name, bytes, kind: reason },
    target: packageId(index),
  }));
  const others = { name: 'files of no package', bytes: unowned, kind: 'none', target: 'of-no-package' };
  const legend = kinds.map(([kind, words]) => `<span class="${kind}">${words}</span>`).join('');
  const rows = packages.map((one, index) => packageRow(one, packageId(index), perByte));
  const last: Row = {
    id: 'of-no-package',
    cells: ['files of no package', '', sizeWords(unowned), sizeWords(unowned * perByte), ''],
  };
  return [
    `<p>${sizeWords(total)} are packed. What a package takes in the memory of a node is its share of what the image takes there.</p>`,
    `<p class="legend">${legend}</p>`,
    treemaps('Packages by size', [...tiles, others], 'package-table'),
    '<div id="package-table">',
    table('Packages, the largest first', packageColumns, [...rows, last]),
    '</div>',
  ].join('\n');
}

const packageColumns = [
  { title: 'Package' },
  { title: 'Version' },
  { title: 'Packed', figures: true },
  { title: 'Node memory', figures: true },
  { title: 'Why it is there' },
] as const;

function packageId(index: number): string {
  return `package-${index + 1}`;
}

function packageRow({ name, version, bytes, reason, way }: PackageFacts, id: string, perByte: number): Row {
  const words = new Map(kinds).get(reason) ?? '';
  const why = way.length === 0 ? words : way.join(' → ');
  return {
    id,
    cells: [escaped(name), escaped(version), sizeWords(bytes), sizeWords(bytes * perByte), escaped(why)],
  };
}

/** The folders as areas and as a table. */
export function foldersSection({ folders }: ImageFacts): string {
  const tiles = folders.map(({ path, bytes }, index) => ({
    ...{ name: path, bytes, kind: 'needed' },
    target: `folder-${index + 1}`,
  }));
  const rows = folders.map(({ path, bytes }, index) => ({
    id: `folder-${index + 1}`,
    cells: [escaped(path), sizeWords(bytes)],
  }));
  return [
    treemaps('Folders by size', tiles, 'folder-table'),
    '<div id="folder-table">',
    table('Folders, the largest first', [{ title: 'Folder' }, { title: 'Packed', figures: true }], rows),
    '</div>',
  ].join('\n');
}

const shownNames = 12;

/** What would go with each entry of the package lists. */
export function entriesSection({ entries }: ImageFacts): string {
  if (entries.length === 0) return '<p>No entry of the lists names a package of this image.</p>';
  const rows = entries.map(({ entry, onlyItNeeds, bytes, package: name }) => ({
    cells: [escaped(entry), escaped(name), sizeWords(bytes), escaped(listed(onlyItNeeds))],
  }));
  const columns = [
    { title: 'Entry' },
    { title: 'Package' },
    { title: 'Installed, with what only it needs', figures: true },
    { title: 'What only it needs' },
  ] as const;
  return table('Entries of the package lists, the dearest first', columns, rows);
}

function listed(words: readonly string[]): string {
  const more = words.length - shownNames;
  return `${words.slice(0, shownNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

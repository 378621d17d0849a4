import type { Tree } from '../../system/tree/open-tree.ts';
import { readerInTree } from '../../system/tree/tree-files.ts';
import type { PackageContents } from '../package-contents.ts';
import { divertedPlaces } from './deb-owners.ts';
import { type DebPackage, readFields, sourceOf } from './deb-status.ts';
import { type DpkgRecords, pathsOf, readPackages, recordsIn } from './dpkg-database.ts';

/** Bytes of the longest copyright file that is read. */
const longestCopyright = 4 * 1024 * 1024;

/** The packages of a tree's dpkg database. Throws `tree-file`. */
export function debContents(tree: Tree): PackageContents[] {
  const read = {
    place: divertedPlaces(tree),
    records: recordsIn(tree),
    copyright: readerInTree(tree, longestCopyright),
  };
  return readPackages(tree).map((one) => contentsOf(one, read));
}

interface Read {
  readonly place: ReturnType<typeof divertedPlaces>;
  readonly records: DpkgRecords;
  readonly copyright: (path: string) => Buffer | undefined;
}

function contentsOf(one: DebPackage, { place, records, copyright }: Read): PackageContents {
  const fields = readFields(one.text);
  const needs = (name: string) => readNeeds(fields.get(name) ?? '');
  const builtFrom = sourceOf(one);
  return {
    ...(builtFrom && { builtFrom }),
    ...{ type: 'deb', name: one.name, version: one.version, arch: one.arch, size: one.bytes },
    summary: fields.get('description')?.split('\n')[0],
    license: () => licenseOf(copyright, one.name),
    vendor: fields.get('maintainer'),
    url: fields.get('homepage'),
    source: fields.get('source')?.replace(/ \(.*$/, ''),
    // What mmdebstrap begins an image with (its variant apt).
    isBase: fields.get('essential') === 'yes' || one.name === 'apt',
    provides: [one.name, ...needs('provides').flat()],
    requires: [...needs('pre-depends'), ...needs('depends')],
    recommends: needs('recommends'),
    files: () => pathsOf(records, one).map((path) => ({ path: place(one.name, path) })),
  };
}

/** `a (>= 1), b:any | c` without versions and architectures (deb-control(5)). */
function readNeeds(text: string): string[][] {
  return text
    .split(',')
    .map((need) => need.split('|').map((name) => name.trim().replace(/[\s(:[].*$/, '')))
    .filter(([first]) => first !== undefined && first !== '');
}

/**
 * The licences that a package's copyright file names, where it is one for programs (Debian: copyright-format
 * 1.0), joined by AND.
 */
function licenseOf(read: Read['copyright'], name: string): string | undefined {
  let text: string;
  try {
    text = read(`usr/share/doc/${name}/copyright`)?.toString() ?? '';
  } catch {
    return undefined;
  }
  if (!/^Format(-Specification)?:/im.test(text.slice(0, 2000))) return undefined;
  const names = [...text.matchAll(/^License:[ \t]*(\S.*)$/gim)].map(([, words = '']) => words.trim());
  const found = [...new Set(names)].sort();
  return found.length === 0
    ? undefined
    : found.map((one) => (/\s/.test(one) ? `(${one})` : one)).join(' AND ');
}

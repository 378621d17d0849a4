import type { Tree } from '../../system/tree/open-tree.ts';
import type { PackageContents, PackagedFile } from '../package-contents.ts';
import { idOf, rpmHeaders, sizeOf } from './rpm-headers.ts';
import { ghostFlag, type RpmHeader, rpmTag } from './stored/rpm-header.ts';

/**
 * The packages of a tree's rpm database, read by ourselves: no rpm of this host or the image is needed, of
 * whatever architecture. Undefined where it cannot be read. Throws `tree-file`.
 */
export function rpmContents(tree: Tree): PackageContents[] | undefined {
  try {
    return [...rpmHeaders(tree)].map(contentsOf);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function contentsOf(header: RpmHeader): PackageContents {
  const text = (tag: number) => header.texts(tag)[0];
  const digest = text(rpmTag.sha256);
  const needs = (tag: number) =>
    header
      .texts(tag)
      .filter((name) => !name.startsWith('rpmlib('))
      .map(alternatives);
  // Name, stream, version and context.
  const [, module] = /^([^:]+:[^:]+)(?::|$)/.exec(text(rpmTag.moduleLabel) ?? '') ?? [];
  return {
    ...idOf(header),
    ...(module === undefined ? {} : { module }),
    ...(digest === undefined ? {} : { digest }),
    size: sizeOf(header),
    summary: text(rpmTag.summary),
    license: () => text(rpmTag.license),
    vendor: text(rpmTag.vendor),
    url: text(rpmTag.url),
    source: text(rpmTag.sourceRpm),
    provides: header.texts(rpmTag.provides),
    requires: needs(rpmTag.requires),
    recommends: needs(rpmTag.recommends),
    files: () => filesOf(header),
  };
}

/**
 * Names in a need. A rich one, `(a or b if c)`, is taken for any of those before its condition: which of them
 * is there, is what matters.
 */
function alternatives(need: string): string[] {
  if (!need.startsWith('(')) return [need];
  const [wanted = ''] = need.split(/ (?:if|unless) /, 1);
  const words = wanted.replace(/ [<>=]+ [^\s)]+/g, '').split(/ (?:or|and|with|without) /);
  return words.map((word) => withoutLooseBrackets(word.replace(/^\(+/, '')));
}

/** The brackets of a name, as of `perl(Carp)`, stay. */
function withoutLooseBrackets(word: string): string {
  const loose = word.split(')').length - word.split('(').length;
  return loose > 0 ? word.slice(0, -loose) : word;
}

function filesOf(header: RpmHeader): PackagedFile[] {
  const folders = header.texts(rpmTag.folders);
  const folderOf = header.numbers(rpmTag.folderOf);
  const digests = header.texts(rpmTag.fileDigests);
  const flags = header.numbers(rpmTag.fileFlags);
  return header.texts(rpmTag.baseNames).map((name, index) => {
    const digest = digests[index];
    return {
      path: `${folders[folderOf[index] ?? 0] ?? '/'}${name}`,
      ...(digest ? { digest } : {}),
      ...(((flags[index] ?? 0) & ghostFlag) === 0 ? {} : { ghost: true }),
    };
  });
}

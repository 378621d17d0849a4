import { toText } from '../../base/bytes.ts';
import { lookInTree, namesInTree, type Tree } from '../../system/tree/open-tree.ts';
import { findPlaceInTree } from '../../system/tree/place-in-tree.ts';
import type { DebPackage } from './deb-status.ts';
import { type Diversion, pathsOf, readDiversions, readPackages, recordsIn } from './dpkg-database.ts';

/** What a path is called in the image: `/bin/sh` is `/usr/bin/sh` where `/bin` is a link. */
export type RealName = (path: string) => string;

/** Of packages only the folders at the top are links: those that went below /usr. */
export function realNames(tree: Tree): RealName {
  const links = namesInTree(tree, '.').filter((name) => lookInTree(tree, name)?.isSymbolicLink());
  const targets = new Map(links.map((name) => [toText(name), findPlaceInTree(tree, name)]));
  return (path) => {
    const [, top = '', rest = ''] = /^\/+([^/]+)(.*)$/s.exec(path) ?? [];
    const target = targets.get(top);
    return target === undefined || target === '.' ? path : `/${toText(target)}${rest}`;
  };
}

/**
 * The packages that brought each of these paths (absolute, as anybody calls them), by the path as it was
 * asked for; paths that none brought are absent. Folders have many.
 */
export function debOwners(tree: Tree, asked: readonly string[]): Map<string, DebPackage[]> {
  const real = realNames(tree);
  const diversions = readDiversions(tree);
  const wanted = asked.map((path) => ({ path, ...soughtIn(diversions, real, path) }));
  const byName = new Map<string, typeof wanted>();
  for (const one of wanted) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  const owners = new Map<string, DebPackage[]>();
  const records = recordsIn(tree);
  for (const one of readPackages(tree)) {
    const own = new Set<string>();
    for (const line of pathsOf(records, one)) {
      for (const { path, brings } of byName.get(real(line)) ?? []) if (brings(one.name)) own.add(path);
    }
    for (const path of own) owners.set(path, [...(owners.get(path) ?? []), one]);
  }
  return owners;
}

interface Sought {
  /** The real name by which packages list it. */
  readonly name: string;
  /** Whether the file of the package of this name is the one that stands there. */
  readonly brings: (packageName: string) => boolean;
}

function soughtIn(diversions: readonly Diversion[], real: RealName, path: string): Sought {
  const place = real(path);
  const moved = diversions.find(({ to }) => real(to) === place);
  if (moved !== undefined) return { name: real(moved.from), brings: (name) => name !== moved.by };
  const taken = diversions.find(({ from }) => real(from) === place);
  if (taken !== undefined) return { name: place, brings: (name) => name === taken.by };
  return { name: place, brings: () => true };
}

/** Where a file that a package names lies, as far as another package or the site has its own in that place. */
export function divertedPlaces(tree: Tree): (packageName: string, path: string) => string {
  const diversions = readDiversions(tree);
  if (diversions.length === 0) return (_, path) => path;
  const real = realNames(tree);
  const moved = new Map(diversions.map((one) => [real(one.from), one]));
  return (packageName, path) => {
    const found = moved.get(real(path));
    return found === undefined || found.by === packageName ? path : found.to;
  };
}

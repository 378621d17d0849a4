import { formatOrigin } from '../../base/errors.ts';
import { toBinary } from '../../base/bytes.ts';
import { type PackageContents, packageContents } from '../../packages/database.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import { packageWord } from '../../plan/package-id.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import { packageGraph, type PackageGraph } from '../packages/package-graph.ts';
import { waysToPackages, whyPackage } from '../packages/why-package.ts';
import { listTree, placesIn } from '../tree/tree-listing.ts';
import { type PackedFile, weigh } from './weigh.ts';

/** Why a package is in an image, as the colours of the page tell it. */
export type Reason = 'listed' | 'needed' | 'base' | 'none';

/** A package and what it weighs in the packed root. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** Bytes of its files that are packed. */
  readonly bytes: number;
  readonly reason: Reason;
  /** `file:line: entry` of the list that leads to it, and the packages on the way; empty where none does. */
  readonly way: readonly string[];
}

/** An entry of a package list and what the image would be without it. */
export interface EntryFacts {
  /** `file:line: entry` */
  readonly entry: string;
  readonly package: string;
  /** Packages that have no other reason to be there. */
  readonly onlyItNeeds: readonly string[];
  /** Installed bytes of the package and of these. */
  readonly bytes: number;
}

/** What is told of an image's contents. Lists begin with the largest. */
export interface ImageFacts {
  /** Bytes of all packed files. */
  readonly total: number;
  readonly unowned: number;
  /** Undefined where the package database cannot be read. */
  readonly packages: readonly PackageFacts[] | undefined;
  readonly entries: readonly EntryFacts[];
  readonly folders: readonly { readonly path: string; readonly bytes: number }[];
}

/** Weighs the packages and folders of an image by what is packed of its tree. Only reads. */
export function imageFacts(
  tree: string,
  files: Iterable<PackedFile>,
  entries: readonly PackageEntry[],
): ImageFacts {
  return withTree(toBinary(tree), (open) => {
    const known = packageContents(open);
    const weights = weigh(files, known ?? [], placesIn(listTree(open, () => false)));
    const graph = packageGraph(known ?? [], entries);
    const folders = [...weights.folders].map(([path, bytes]) => ({ path: `/${path}`, bytes }));
    return {
      total: weights.total,
      unowned: weights.unowned,
      packages: known && factsOf(graph, weights.packages),
      entries: entryFacts(graph),
      folders: folders.sort((a, b) => b.bytes - a.bytes),
    };
  });
}

function factsOf(graph: PackageGraph, weights: ReadonlyMap<PackageContents, number>): PackageFacts[] {
  const wayTo = waysToPackages(graph);
  return graph.packages
    .map((one) => {
      const way = wayTo(one);
      return {
        ...{ name: one.name, version: one.version, arch: one.arch },
        bytes: weights.get(one) ?? 0,
        reason: reasonOf(one, way),
        way: [...(way[0] ? asking(graph, way[0]).slice(0, 1) : []), ...way.slice(1).map(({ name }) => name)],
      };
    })
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

function reasonOf(one: PackageContents, way: readonly PackageContents[]): Reason {
  if (way.length > 0) return way.length === 1 ? 'listed' : 'needed';
  return one.isBase === true ? 'base' : 'none';
}

function entryFacts(graph: PackageGraph): EntryFacts[] {
  const asked = graph.packages.filter((one) => graph.askedBy(one).length > 0);
  return asked
    .flatMap((one) => {
      const [reasons] = whyPackage(graph, packageWord(one));
      if (reasons === undefined) return [];
      return [
        {
          entry: reasons.askedBy.join(', '),
          package: one.name,
          onlyItNeeds: reasons.onlyItNeeds,
          bytes: reasons.bytesWithThem,
        },
      ];
    })
    .sort((a, b) => b.bytes - a.bytes);
}

function asking(graph: PackageGraph, one: PackageContents): string[] {
  return graph.askedBy(one).map(({ name, origin }) => `${formatOrigin(origin)}: ${name}`);
}

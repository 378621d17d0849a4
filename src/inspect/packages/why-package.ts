import { formatOrigin } from '../../base/errors.ts';
import type { PackageContents } from '../../packages/database.ts';
import { packageWord } from '../../plan/package-id.ts';
import type { PackageGraph } from './package-graph.ts';

/** Why a package is in an image, and what it costs. */
export interface PackageReasons {
  /** `bash-5.2-3.el9.x86_64` */
  readonly package: string;
  /** `file:line: entry` of the lists that name it. */
  readonly askedBy: readonly string[];
  /** From a package that a list names, with its entry, to this one; empty where none leads to it. */
  readonly chain: readonly string[];
  /** Every image of the distribution has it. */
  readonly base?: true;
  /** Packages that need it. */
  readonly neededBy: readonly string[];
  /** Bytes when it is installed. */
  readonly bytes: number;
  /** Packages that would have no reason without it. */
  readonly onlyItNeeds: readonly string[];
  /** Bytes of it and of these. */
  readonly bytesWithThem: number;
}

/** The packages of that name, with or without version and architecture; none where the image has none. */
export function whyPackage(graph: PackageGraph, name: string): PackageReasons[] {
  const { packages } = graph;
  const found = packages.filter((one) => one.name === name || packageWord(one) === name);
  if (found.length === 0) return [];
  const follows = (one: PackageContents) => [...graph.needs(one), ...graph.recommends(one)];
  const wanted = new Set(packages.flatMap(follows));
  const asked = packages.filter((one) => graph.askedBy(one).length > 0);
  // What nobody needs came by itself: of a group, or put in by hand.
  const roots = packages.filter((one) => asked.includes(one) || !wanted.has(one));
  const reached = reach(roots, follows);
  return found.map((one) => {
    const without = reach(roots, follows, one);
    const only = [...reached].filter((other) => other !== one && !without.has(other));
    const chain = asked.includes(one) ? [one] : way(asked, one, follows);
    return {
      package: packageWord(one),
      askedBy: asking(graph, one),
      chain: chain.length < 2 ? [] : [...asking(graph, chain[0]).slice(0, 1), ...chain.map(packageWord)],
      neededBy: packages.filter((other) => graph.needs(other).includes(one)).map(packageWord),
      ...(one.isBase === true ? { base: true as const } : {}),
      bytes: one.size,
      onlyItNeeds: only.map(packageWord).sort(),
      bytesWithThem: only.reduce((bytes, { size }) => bytes + size, one.size),
    };
  });
}

function asking(graph: PackageGraph, one: PackageContents | undefined): string[] {
  return one === undefined
    ? []
    : graph.askedBy(one).map(({ name, origin }) => `${formatOrigin(origin)}: ${name}`);
}

type Follows = (one: PackageContents) => readonly PackageContents[];

/** All that these packages lead to, themselves too, by no way through `without`. */
function reach(
  from: readonly PackageContents[],
  follows: Follows,
  without?: PackageContents,
): Set<PackageContents> {
  const found = new Set(from.filter((one) => one !== without));
  for (const one of found) for (const next of follows(one)) if (next !== without) found.add(next);
  return found;
}

/** The shortest way to a package; empty where there is none. */
function way(from: readonly PackageContents[], to: PackageContents, follows: Follows): PackageContents[] {
  return wayTo(to, waysFrom(from, follows));
}

type Ways = ReadonlyMap<PackageContents, PackageContents | undefined>;

/** All that is reached from these packages, each with the one before it on the shortest way. */
function waysFrom(from: readonly PackageContents[], follows: Follows): Ways {
  const before = new Map<PackageContents, PackageContents | undefined>(from.map((one) => [one, undefined]));
  for (const one of before.keys()) {
    for (const next of follows(one)) if (!before.has(next)) before.set(next, one);
  }
  return before;
}

function wayTo(to: PackageContents, before: Ways): PackageContents[] {
  if (!before.has(to)) return [];
  const found: PackageContents[] = [];
  for (let one: PackageContents | undefined = to; one !== undefined; one = before.get(one))
    found.unshift(one);
  return found;
}

/**
 * For every package of an image the shortest way to it from one that a list names: one package for those
 * themselves, none for what no list leads to.
 */
export function waysToPackages(graph: PackageGraph): (one: PackageContents) => readonly PackageContents[] {
  const asked = graph.packages.filter((one) => graph.askedBy(one).length > 0);
  const ways = waysFrom(asked, (one) => [...graph.needs(one), ...graph.recommends(one)]);
  return (one) => wayTo(one, ways);
}

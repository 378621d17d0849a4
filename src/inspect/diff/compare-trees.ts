import { toBinary } from '../../base/bytes.ts';
import { RootimgError } from '../../base/errors.ts';
import { type PackageContents, packageContents } from '../../packages/database.ts';
import type { FilesDiff, NamedChange, PackageChange } from '../../plan/image-diff.ts';
import { packageWord } from '../../plan/package-id.ts';
import { openTree } from '../../system/tree/open-tree.ts';
import { readCapabilities } from '../tree/capabilities.ts';
import {
  type Facts,
  groupFacts,
  moduleFacts,
  setuidFacts,
  unitFacts,
  userFacts,
  worldWritableFacts,
} from '../tree/tree-facts.ts';
import { listTree, placesIn, type TreeListing } from '../tree/tree-listing.ts';
import { isVolatile } from '../../packages/volatile.ts';
import { compareFiles, type ListedTree } from './compare-files.ts';
import { comparePackages } from './compare-packages.ts';

/** What differs in the files of two trees, and what of it could not be looked at. */
export interface TreesDiff {
  /** By their package databases; undefined where one has none that can be read. */
  readonly packages: readonly PackageChange[] | undefined;
  readonly files: Omit<FilesDiff, 'of'>;
  readonly notCompared: readonly { readonly what: string; readonly why: string }[];
}

/** Compares two trees by their paths. Only reads. */
export async function compareTrees(fromRoot: string, toRoot: string): Promise<TreesDiff> {
  const from = listed(fromRoot);
  try {
    const to = listed(toRoot);
    try {
      return await compareListed(from, to);
    } finally {
      to.tree.close();
    }
  } finally {
    from.tree.close();
  }
}

interface OpenedTree extends ListedTree {
  readonly packages: readonly PackageContents[] | undefined;
}

async function compareListed(from: OpenedTree, to: OpenedTree): Promise<TreesDiff> {
  const facts = (read: (listing: TreeListing) => Facts) => compareFacts(read(from.listing), read(to.listing));
  const isKnown = from.ownersOfGone !== undefined && to.ownersOfGone !== undefined;
  const capabilities = await capabilitiesOf(from, to);
  return {
    packages: from.packages && to.packages && comparePackages(from.packages, to.packages),
    files: {
      setuid: facts(setuidFacts),
      capabilities: Array.isArray(capabilities) ? capabilities : [],
      worldWritable: facts(worldWritableFacts),
      users: compareFacts(userFacts(from.tree), userFacts(to.tree)),
      groups: compareFacts(groupFacts(from.tree), groupFacts(to.tree)),
      units: facts(unitFacts),
      modules: facts(moduleFacts),
      ...compareFiles(from, to),
    },
    notCompared: [
      ...(Array.isArray(capabilities) ? [] : [{ what: 'capabilities', why: capabilities.message }]),
      ...(isKnown
        ? []
        : [{ what: 'files outside of /etc', why: 'an image has no package database that can be read' }]),
    ],
  };
}

function listed(root: string): OpenedTree {
  const tree = openTree(toBinary(root));
  const listing = listTree(tree, isVolatile);
  const packages = packageContents(tree);
  return { tree, listing, packages, ownersOfGone: packages && tellOwners(packages, listing) };
}

/**
 * Tells each entry which package brought it; a path that several share is of the first. Gives the packages of
 * paths where nothing stands.
 */
function tellOwners(packages: readonly PackageContents[], listing: TreeListing): Map<string, string> {
  const place = placesIn(listing);
  const gone = new Map<string, string>();
  for (const one of packages) {
    const word = `${packageWord(one)} ${one.digest ?? ''}`;
    for (const { path } of one.files()) {
      const real = place(toBinary(path.slice(1)));
      const entry = listing.get(real);
      if (entry !== undefined) entry.owner ??= word;
      else if (!gone.has(real)) gone.set(real, word);
    }
  }
  return gone;
}

async function capabilitiesOf(from: ListedTree, to: ListedTree): Promise<NamedChange[] | RootimgError> {
  try {
    const [before, after] = await Promise.all(
      [from, to].map(({ tree, listing }) => readCapabilities(tree, listing)),
    );
    return compareFacts(before ?? new Map(), after ?? new Map());
  } catch (error) {
    if (error instanceof RootimgError && error.code === 'tool-missing') return error;
    throw error;
  }
}

function compareFacts(from: Facts, to: Facts): NamedChange[] {
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((name) => {
    const [before, after] = [from.get(name), to.get(name)];
    if (before === after) return [];
    return [
      {
        name,
        ...(before === undefined ? {} : { from: before }),
        ...(after === undefined ? {} : { to: after }),
      },
    ];
  });
}

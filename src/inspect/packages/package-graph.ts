import type { PackageContents } from '../../packages/database.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import { packageWord } from '../../plan/package-id.ts';

/** Which packages of an image need which, and which of them the package lists name. */
export interface PackageGraph {
  readonly packages: readonly PackageContents[];
  /** Those that a package needs, sorted by name; what nothing installed provides is passed over. */
  needs(one: PackageContents): readonly PackageContents[];
  /** Those that it merely recommends and that are there. */
  recommends(one: PackageContents): readonly PackageContents[];
  /** The entries of lists that name it or something that it provides. */
  askedBy(one: PackageContents): readonly PackageEntry[];
  /** Entries that name no package of the image by themselves: groups, patterns, what was removed again. */
  readonly unmatched: readonly PackageEntry[];
}

/** Puts the packages of an image and the entries of its lists in relation. */
export function packageGraph(
  packages: readonly PackageContents[],
  entries: readonly PackageEntry[],
): PackageGraph {
  const providers = providersOf(packages, entries);
  const neededOf = (kind: 'requires' | 'recommends') => {
    const known = new Map<PackageContents, PackageContents[]>();
    return (one: PackageContents) => {
      const found = known.get(one) ?? resolve(one, one[kind], providers);
      known.set(one, found);
      return found;
    };
  };
  const asked = new Map<PackageContents, PackageEntry[]>();
  const unmatched: PackageEntry[] = [];
  for (const entry of entries) {
    const named = providers.get(plainName(entry.name)) ?? [];
    if (named.length === 0) unmatched.push(entry);
    for (const one of named) asked.set(one, [...(asked.get(one) ?? []), entry]);
  }
  return {
    packages,
    needs: neededOf('requires'),
    recommends: neededOf('recommends'),
    askedBy: (one) => asked.get(one) ?? [],
    unmatched,
  };
}

/** Of an entry: without the suite or the version that apt takes (`name/suite`, `name=version`). */
function plainName(name: string): string {
  return name.startsWith('/') ? name : name.replace(/[=/].*$/, '');
}

/**
 * Packages by all names that needs and entries may use: names, with architecture, version or both, what they
 * provide, and the paths that are asked for. What is called so comes before what provides it.
 */
function providersOf(
  packages: readonly PackageContents[],
  entries: readonly PackageEntry[],
): Map<string, PackageContents[]> {
  const found = new Map<string, PackageContents[]>();
  const add = (name: string, one: PackageContents) => {
    const list = found.get(name);
    if (list === undefined) found.set(name, [one]);
    else if (!list.includes(one)) list.push(one);
  };
  for (const one of packages) {
    const { name, arch } = one;
    const version = one.version.replace(/^\d+:/, '');
    const spellings = [name, `${name}-${version.replace(/-[^-]*$/, '')}`, `${name}-${version}`];
    for (const spelling of spellings)
      for (const end of ['', `.${arch}`, `:${arch}`]) add(`${spelling}${end}`, one);
    add(packageWord(one), one);
  }
  for (const one of packages) for (const name of one.provides) if (!isOwnName(found, name)) add(name, one);
  addPaths(packages, entries, add);
  return found;
}

/** Whether a package itself has this name, whatever others provide it too. */
function isOwnName(found: ReadonlyMap<string, readonly PackageContents[]>, name: string): boolean {
  return found.get(name)?.some((one) => one.name === name) ?? false;
}

function addPaths(
  packages: readonly PackageContents[],
  entries: readonly PackageEntry[],
  add: (name: string, one: PackageContents) => void,
): void {
  const needed = packages.flatMap(({ requires, recommends }) => [...requires, ...recommends].flat());
  const paths = new Set(
    [...needed, ...entries.map(({ name }) => name)].filter((name) => name.startsWith('/')),
  );
  if (paths.size === 0) return;
  // Packages call a program by either name where /bin is a link.
  const spellings = new Map(
    [...paths].flatMap((path) => [
      [path, path],
      [otherSpelling(path), path],
    ]),
  );
  for (const one of packages) {
    for (const { path } of one.files()) {
      const wanted = spellings.get(path);
      if (wanted !== undefined) add(wanted, one);
    }
  }
}

function otherSpelling(path: string): string {
  return path.startsWith('/usr/') ? path.slice('/usr'.length) : `/usr${path}`;
}

function resolve(
  one: PackageContents,
  groups: readonly (readonly string[])[],
  providers: ReadonlyMap<string, readonly PackageContents[]>,
): PackageContents[] {
  const found = new Set<PackageContents>();
  for (const names of groups) {
    // Of alternatives the first that is there, as the managers take it.
    const some = names.map((name) => providers.get(name)).find((list) => list !== undefined) ?? [];
    const [provider] = some.includes(one) ? [] : some;
    if (provider !== undefined) found.add(provider);
  }
  return [...found].sort((a, b) => (packageWord(a) < packageWord(b) ? -1 : 1));
}

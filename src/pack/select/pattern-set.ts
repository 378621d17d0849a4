import { parsePattern } from './fnmatch.ts';
import { type General, generalPatterns, type Generals } from './general-patterns.ts';

/** What a pattern set knows about one folder of the tree while what lies in it is tested. */
export interface FolderScope {
  /** True when a pattern matches everything that lies below. */
  readonly all: boolean;
  /** Places of the literal patterns by the names in the folder that they match. */
  readonly literals: ReadonlyMap<string, readonly number[]> | undefined;
  readonly prefixes: readonly Prefix[];
  readonly generals: Generals;
}

export interface PatternSet {
  /** The scope in which `.` itself is tested. */
  readonly outside: FolderScope;
  /**
   * The scope of what lies in the folder `path` (`.` or `./…`, binary); `scope` is the one that the folder
   * itself was tested in.
   */
  enter(scope: FolderScope, path: string, name: string): FolderScope;
  /** True when a pattern matches `path`; `name` is its last part. */
  test(scope: FolderScope, path: string, name: string): boolean;
  /** Places in the given list of the patterns that have matched nothing so far, ascending. */
  unmatched(): number[];
}

/** More characters make the search for cores larger, and hardly rarer what it finds. */
const longestCore = 16;

interface Prefix {
  readonly index: number;
  /** What the last part of a path begins with. */
  readonly start: string;
}

/**
 * Prepares many patterns for one pass over a tree, with work per path that hardly grows with their number:
 * literal names and beginnings are looked up by folder; other patterns are only tested where their longest
 * literal part has been seen.
 */
export function patternSet(patterns: readonly string[]): PatternSet {
  const unmatched = new Set(patterns.keys());
  const literals = new Map<string, Map<string, number[]>>();
  const prefixes = new Map<string, Prefix[]>();
  const others: General[] = [];

  for (const [index, text] of patterns.entries()) {
    const pattern = parsePattern(text);
    if (pattern.kind === 'literal') {
      const [folder, name] = splitHead(pattern.text);
      const names = literals.get(folder) ?? new Map<string, number[]>();
      literals.set(folder, names);
      append(names, name, index);
    } else if (pattern.kind === 'prefix') {
      const [folder, start] = splitHead(pattern.text);
      append(prefixes, folder, { index, start });
    } else {
      const isSuffix = pattern.kind === 'suffix';
      const test = isSuffix ? (path: string) => path.endsWith(pattern.text) : pattern.test;
      const core = isSuffix ? pattern.text : pattern.core;
      others.push({ index, core: core.slice(-longestCore), test });
    }
  }
  const generals = generalPatterns(others, unmatched);

  const scopeOf = (all: boolean, folder: string, alive: Generals): FolderScope => {
    const here = prefixes.get(folder) ?? [];
    const everything = all || here.some((prefix) => prefix.start === '');
    return { all: everything, literals: literals.get(folder), prefixes: here, generals: alive };
  };

  return {
    outside: scopeOf(false, '', generals.outside),
    enter: (scope, path, name) => {
      const all = scope.all || scope.prefixes.some((prefix) => name.startsWith(prefix.start));
      return scopeOf(all, path, generals.enter(scope.generals, name));
    },
    test: (scope, path, name) => {
      let found = scope.all;
      const same = scope.literals?.get(name);
      if (same !== undefined) {
        found = true;
        for (const index of same) unmatched.delete(index);
      }
      for (const prefix of scope.prefixes) {
        if (!name.startsWith(prefix.start)) continue;
        found = true;
        unmatched.delete(prefix.index);
      }
      return generals.test(scope.generals, path, name, found);
    },
    unmatched: () => [...unmatched].sort((a, b) => a - b),
  };
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/**
 * The folder that a literal or its beginning lies in, and what is left of it; the folder is empty for what is
 * tested from `.` on.
 */
function splitHead(head: string): [folder: string, start: string] {
  const cut = head.lastIndexOf('/');
  if (cut === -1) return ['', head];
  // No path begins with `/`: a folder that is never entered.
  return [cut === 0 ? '/' : head.slice(0, cut), head.slice(cut + 1)];
}

import { parsePattern, patternSource } from './fnmatch.ts';

/** What a pattern set knows about one folder of the tree while what lies in it is tested. */
export interface FolderScope {
  /** True when a pattern matches everything that lies below. */
  readonly all: boolean;
  readonly prefixes: readonly Prefix[];
  readonly generals: Generals | undefined;
}

export interface PatternSet {
  /** The scope in which `.` itself is tested. */
  readonly outside: FolderScope;
  /** The scope of what lies in the folder `path` (`.` or `./…`, binary); `scope` is the one that the folder itself was tested in. */
  enter(scope: FolderScope, path: string, name: string): FolderScope;
  /** True when a pattern matches `path`; `name` is its last part. */
  test(scope: FolderScope, path: string, name: string): boolean;
  /** Places in the given list of the patterns that have matched nothing so far, ascending. */
  unmatched(): number[];
}

interface Prefix {
  readonly index: number;
  /** What the last part of a path begins with. */
  readonly start: string;
}

interface Suffix {
  readonly index: number;
  readonly text: string;
}

interface General {
  readonly index: number;
  readonly source: string;
}

/** The general patterns that are alive in a folder. */
interface Generals {
  readonly list: readonly General[];
  readonly expression: RegExp;
  /** Those of them that have matched nothing yet; narrowed each time one has. */
  waiting: { readonly list: readonly General[]; readonly expression: RegExp } | undefined;
}

/** Endings are looked up by so many of their last bytes. */
const keyLength = 4;

/**
 * Prepares many patterns for one pass over a tree, with work per path that hardly grows with their number: literal names, beginnings and
 * endings are looked up; what is left is tested only below the folder that its literal head names, in one joined regular expression.
 */
export function patternSet(patterns: readonly string[]): PatternSet {
  const unmatched = new Set(patterns.keys());
  const literals = new Map<string, number[]>();
  const prefixes = new Map<string, Prefix[]>();
  const generals = new Map<string, General[]>();
  const suffixes = suffixIndex(unmatched);

  for (const [index, text] of patterns.entries()) {
    const pattern = parsePattern(text);
    if (pattern.kind === 'literal') append(literals, pattern.text, index);
    else if (pattern.kind === 'suffix') suffixes.add({ index, text: pattern.text });
    else if (pattern.kind === 'prefix') {
      const [folder, start] = splitHead(pattern.text);
      append(prefixes, folder, { index, start });
    } else append(generals, splitHead(pattern.head)[0], { index, source: patternSource(pattern) });
  }

  const scopeOf = (all: boolean, folder: string, inherited: Generals | undefined): FolderScope => {
    const further = generals.get(folder);
    const here = prefixes.get(folder) ?? [];
    return {
      all: all || here.some((prefix) => prefix.start === ''),
      prefixes: here,
      generals: further === undefined ? inherited : join([...(inherited?.list ?? []), ...further]),
    };
  };

  return {
    outside: scopeOf(false, '', undefined),
    enter: (scope, path, name) =>
      scopeOf(
        scope.all || scope.prefixes.some((prefix) => name.startsWith(prefix.start)),
        path,
        scope.generals,
      ),
    test: (scope, path, name) => {
      let found = scope.all;
      const same = literals.size === 0 ? undefined : literals.get(path);
      if (same !== undefined) {
        found = true;
        for (const index of same) unmatched.delete(index);
      }
      for (const prefix of scope.prefixes) {
        if (!name.startsWith(prefix.start)) continue;
        found = true;
        unmatched.delete(prefix.index);
      }
      if (suffixes.test(path, found)) found = true;
      const alive = scope.generals;
      if (alive === undefined) return found;
      if (!found && !alive.expression.test(path)) return false;
      noteMatches(alive, path, unmatched);
      return true;
    },
    unmatched: () => [...unmatched].sort((a, b) => a - b),
  };
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** The folder that a literal beginning lies in, and what is left of it; the folder is empty for what is tested from `.` on. */
function splitHead(head: string): [folder: string, start: string] {
  const cut = head.lastIndexOf('/');
  if (cut === -1) return ['', head];
  // No path begins with `/`: a folder that is never entered.
  return [cut === 0 ? '/' : head.slice(0, cut), head.slice(cut + 1)];
}

function join(list: readonly General[]): Generals {
  return { list, expression: expressionOf(list), waiting: { list, expression: expressionOf(list) } };
}

function expressionOf(list: readonly General[]): RegExp {
  return new RegExp(`^(?:${list.map((general) => general.source).join('|')})$`);
}

/** Marks those of the general patterns that match for the first time. */
function noteMatches(alive: Generals, path: string, unmatched: Set<number>): void {
  if (alive.waiting === undefined || !alive.waiting.expression.test(path)) return;
  for (const general of alive.waiting.list) {
    if (unmatched.has(general.index) && expressionOf([general]).test(path)) unmatched.delete(general.index);
  }
  const left = alive.waiting.list.filter((general) => unmatched.has(general.index));
  alive.waiting = left.length === 0 ? undefined : { list: left, expression: expressionOf(left) };
}

/** Patterns of the form `*text`, found by the last bytes of a path. */
function suffixIndex(unmatched: Set<number>): {
  add(suffix: Suffix): void;
  test(path: string, found: boolean): boolean;
} {
  const byEnd = new Map<string, Suffix[]>();
  const lengths = new Set<number>();
  let waiting = 0;
  return {
    add: (suffix) => {
      const key = suffix.text.slice(-keyLength);
      append(byEnd, key, suffix);
      lengths.add(key.length);
      waiting += 1;
    },
    // A path that is left out anyway is only of interest as long as a pattern has matched nothing.
    test: (path, found) => {
      if (found && waiting === 0) return false;
      let matches = false;
      for (const length of lengths) {
        for (const { index, text } of byEnd.get(path.slice(-length)) ?? []) {
          if (!path.endsWith(text)) continue;
          matches = true;
          if (unmatched.delete(index)) waiting -= 1;
        }
      }
      return matches;
    },
  };
}

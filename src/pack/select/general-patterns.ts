import { keywordSearch } from './keyword-search.ts';

/** A pattern that is neither a name nor the beginning of one. */
export interface General {
  readonly index: number;
  /** Stands in every match; binary, may be empty. */
  readonly core: string;
  /** Regular expression of the whole. */
  readonly source: string;
}

/** What is known of the general patterns inside a folder. */
export interface Generals {
  /** Of the keyword search, after the folder's path. */
  readonly state: number;
  /** Patterns whose core stands in the folder's path. */
  readonly alive: Alive;
}

interface Alive {
  readonly list: readonly Compiled[];
  readonly expression: RegExp | undefined;
  /** Those that have matched nothing yet, narrowed each time one has. */
  waiting: { readonly list: readonly Compiled[]; readonly expression: RegExp } | undefined;
}

interface Compiled extends General {
  readonly expression: RegExp;
}

export interface GeneralPatterns {
  readonly outside: Generals;
  enter(scope: Generals, name: string): Generals;
  /** True when `found` already, or when a pattern matches. Patterns that match leave the set of the unmatched. */
  test(scope: Generals, path: string, name: string, found: boolean): boolean;
}

const slash = '/'.charCodeAt(0);

/**
 * Tests patterns only where their core has been seen: one keyword search runs along the names as the tree is walked, so that a name costs
 * its length, whatever the number of patterns.
 */
export function generalPatterns(patterns: readonly General[], unmatched: Set<number>): GeneralPatterns {
  const compiled = patterns.map((one) => ({ ...one, expression: new RegExp(`^(?:${one.source})$`) }));
  const withCore = compiled.filter((one) => one.core !== '');
  const search = keywordSearch(withCore.map((one) => one.core));

  /** Reads the part of a path that its folder has not; `seen` gets the patterns whose core ends in it. */
  const read = (scope: Generals, name: string, seen: Compiled[]): number => {
    let state = scope.state;
    if (scope !== outside) state = step(state, slash, seen);
    for (let at = 0; at < name.length; at++) state = step(state, name.charCodeAt(at), seen);
    return state;
  };

  const step = (from: number, code: number, seen: Compiled[]): number => {
    const state = search.step(from, code);
    for (const place of search.endingAt(state)) {
      const one = withCore[place];
      if (one !== undefined) seen.push(one);
    }
    return state;
  };

  const outside: Generals = {
    state: search.start,
    alive: aliveOf(compiled.filter((one) => one.core === '')),
  };

  return {
    outside,
    enter: (scope, name) => {
      if (compiled.length === 0) return scope;
      const seen: Compiled[] = [];
      const state = read(scope, name, seen);
      const fresh = new Set(seen);
      for (const one of scope.alive.list) fresh.delete(one);
      const alive = fresh.size === 0 ? scope.alive : aliveOf([...scope.alive.list, ...fresh]);
      return { state, alive };
    },
    test: (scope, path, name, found) => {
      if (compiled.length === 0) return found;
      let matches = found;
      const seen: Compiled[] = [];
      if (withCore.length > 0) read(scope, name, seen);
      for (const one of seen) {
        if ((matches && !unmatched.has(one.index)) || !one.expression.test(path)) continue;
        matches = true;
        unmatched.delete(one.index);
      }
      const { alive } = scope;
      if (alive.expression === undefined) return matches;
      if (!matches && !alive.expression.test(path)) return false;
      noteMatches(alive, path, unmatched);
      return true;
    },
  };
}

function aliveOf(list: readonly Compiled[]): Alive {
  if (list.length === 0) return { list, expression: undefined, waiting: undefined };
  const expression = joined(list);
  return { list, expression, waiting: { list, expression: joined(list) } };
}

function joined(list: readonly General[]): RegExp {
  return new RegExp(`^(?:${list.map((one) => one.source).join('|')})$`);
}

/** Marks those of the living patterns that match for the first time. */
function noteMatches(alive: Alive, path: string, unmatched: Set<number>): void {
  if (alive.waiting === undefined || !alive.waiting.expression.test(path)) return;
  for (const one of alive.waiting.list) {
    if (unmatched.has(one.index) && one.expression.test(path)) unmatched.delete(one.index);
  }
  const left = alive.waiting.list.filter((one) => unmatched.has(one.index));
  alive.waiting = left.length === 0 ? undefined : { list: left, expression: joined(left) };
}

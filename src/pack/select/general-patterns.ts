import type { PathTest } from './fnmatch.ts';
import { keywordSearch } from './keyword-search.ts';

/** A pattern that is neither a name nor the beginning of one. */
export interface General {
  readonly index: number;
  /** Stands in every match; binary, may be empty. */
  readonly core: string;
  readonly test: PathTest;
}

/** What is known of the general patterns inside a folder. */
export interface Generals {
  /** Of the keyword search, after the folder's path. */
  readonly state: number;
  /** Patterns whose core stands in the folder's path. */
  readonly alive: readonly General[];
}

export interface GeneralPatterns {
  readonly outside: Generals;
  enter(scope: Generals, name: string): Generals;
  /**
   * True when `found` already, or when a pattern matches. Patterns that match leave the set of the unmatched.
   */
  test(scope: Generals, path: string, name: string, found: boolean): boolean;
}

const slash = '/'.charCodeAt(0);

/**
 * Tests patterns only where their core has been seen: one keyword search runs along the names as the tree is
 * walked, so that a name costs its length, whatever the number of patterns.
 */
export function generalPatterns(patterns: readonly General[], unmatched: Set<number>): GeneralPatterns {
  const withCore = patterns.filter((one) => one.core !== '');
  const search = keywordSearch(withCore.map((one) => one.core));

  /** Reads the part of a path that its folder has not; `seen` gets the patterns whose core ends in it. */
  const read = (scope: Generals, name: string, seen: General[]): number => {
    let state = scope.state;
    if (scope !== outside) state = step(state, slash, seen);
    for (let at = 0; at < name.length; at++) state = step(state, name.charCodeAt(at), seen);
    return state;
  };

  const step = (from: number, code: number, seen: General[]): number => {
    const state = search.step(from, code);
    for (const place of search.endingAt(state)) {
      const one = withCore[place];
      if (one !== undefined) seen.push(one);
    }
    return state;
  };

  /** Tests those that could still change something: whether any matches, or which has matched nothing yet. */
  const testAll = (list: readonly General[], path: string, found: boolean): boolean => {
    let matches = found;
    for (const one of list) {
      if ((matches && !unmatched.has(one.index)) || !one.test(path)) continue;
      matches = true;
      unmatched.delete(one.index);
    }
    return matches;
  };

  const outside: Generals = {
    state: search.start,
    alive: patterns.filter((one) => one.core === ''),
  };

  return {
    outside,
    enter: (scope, name) => {
      if (patterns.length === 0) return scope;
      const seen: General[] = [];
      const state = read(scope, name, seen);
      const fresh = new Set(seen);
      for (const one of scope.alive) fresh.delete(one);
      return { state, alive: fresh.size === 0 ? scope.alive : [...scope.alive, ...fresh] };
    },
    test: (scope, path, name, found) => {
      if (patterns.length === 0) return found;
      const seen: General[] = [];
      if (withCore.length > 0) read(scope, name, seen);
      return testAll(scope.alive, path, testAll(seen, path, found));
    },
  };
}

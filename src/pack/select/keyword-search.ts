/**
 * Finds many keywords in texts that are read piece by piece, in time that does not depend on how many
 * keywords there are.
 */
export interface KeywordSearch {
  /** The state before the first character. */
  readonly start: number;
  /** Reads one more character (below 256) and gives the state after it. */
  step(state: number, code: number): number;
  /** The keywords that end where the state was reached, as places in the given list. */
  endingAt(state: number): readonly number[];
}

const alphabet = 256;
const none: readonly number[] = [];

/**
 * Aho and Corasick's automaton with all transitions filled in. Keywords are binary strings, none of them
 * empty.
 */
export function keywordSearch(keywords: readonly string[]): KeywordSearch {
  const states = 1 + keywords.reduce((sum, keyword) => sum + keyword.length, 0);
  const next = new Int32Array(states * alphabet);
  const endings: number[][] = [[]];
  for (const [index, keyword] of keywords.entries()) {
    let state = 0;
    for (let at = 0; at < keyword.length; at++) {
      const place = state * alphabet + keyword.charCodeAt(at);
      if (next[place] === 0) {
        next[place] = endings.length;
        endings.push([]);
      }
      state = next[place] ?? 0;
    }
    endings[state]?.push(index);
  }
  fillTransitions(next, endings);
  return {
    start: 0,
    step: (state, code) => next[state * alphabet + code] ?? 0,
    endingAt: (state) => endings[state] ?? none,
  };
}

/**
 * Leads every missing transition to where the longest ending that is also a beginning goes on; breadth first,
 * so that it is known.
 */
function fillTransitions(next: Int32Array, endings: number[][]): void {
  const fallback = new Int32Array(endings.length);
  const queue: number[] = [0];
  for (const state of queue) {
    const behind = fallback[state] ?? 0;
    if (state !== 0) endings[state]?.push(...(endings[behind] ?? none));
    for (let code = 0; code < alphabet; code++) {
      const place = state * alphabet + code;
      const through = state === 0 ? 0 : (next[behind * alphabet + code] ?? 0);
      const target = next[place] ?? 0;
      if (target === 0) next[place] = through;
      else {
        fallback[target] = through;
        queue.push(target);
      }
    }
  }
}

import { usageError } from '../../src/base/errors.ts';

/** What a run of the benchmarks does. */
export interface BenchWords<Part extends string> {
  /** In the order of the known ones; all where none was named. */
  readonly parts: readonly Part[];
  readonly rounds: number;
  /** Rounds of what takes minutes each. */
  readonly large: number;
}

/** Reads the words after `npm run bench --`: [PART…] [ROUNDS [LARGE]]. Throws `usage`. */
export function benchWords<Part extends string>(
  words: readonly string[],
  known: readonly Part[],
): BenchWords<Part> {
  const numbers = words.filter((word) => /^[1-9]\d*$/.test(word)).map(Number);
  const named = words.filter((word) => !/^\d+$/.test(word));
  const unknown = named.filter((word) => !known.some((part) => part === word));
  if (unknown.length > 0 || numbers.length + named.length < words.length || numbers.length > 2) {
    throw usageError(
      `npm run bench: ${words.join(' ')}: expected [PART…] [ROUNDS [LARGE]]; the parts are ${known.join(', ')}.`,
    );
  }
  const [rounds = 5, large = Math.min(rounds, 3)] = numbers;
  const parts = named.length === 0 ? known : known.filter((part) => named.includes(part));
  return { parts, rounds, large };
}

import { trimBlanks } from '../../definition/object.ts';
import { defUsageError, listOption } from './def-command.ts';

/** The words of a definition command: names and values. */
export interface DefWords {
  readonly names: readonly string[];
  /** Of two values for one attribute the last; an empty one unsets. */
  readonly attributes: ReadonlyMap<string, { readonly value: string }>;
}

/**
 * Sorts words: one with `=` is attr=val, another one is a name or a comma list of names. Throws on a second
 * list of names, and on names behind values where -o has named the objects: that is the rest of a value typed
 * without quotes, and would be one more object.
 */
export function readWords(option: string | undefined, words: readonly string[]): DefWords {
  const names = listOption(option);
  const attributes = new Map<string, { value: string }>();
  let lists = 0;
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals >= 0) {
      attributes.set(trimBlanks(word.slice(0, equals)), { value: trimBlanks(word.slice(equals + 1)) });
      continue;
    }
    lists += 1;
    if (lists > 1)
      throw defUsageError(`Several names are one word, separated by commas; '${word}' is one more.`);
    if (names.length > 0 && attributes.size > 0) {
      throw defUsageError(
        `'${word}' follows a value, but -o names the objects: a value with blanks needs quotes.`,
      );
    }
    names.push(...listOption(word));
  }
  return { names: [...new Set(names)], attributes };
}

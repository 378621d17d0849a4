import { RootimgError } from './errors.ts';

/** Longest name that still leaves room for what we put before and behind it (file systems: 255 bytes). */
const longest = 200;

/**
 * What keeps a word from outside from being one name within a folder, or undefined. Media, plans, archives
 * and nodes choose no path: a word of theirs that becomes a part of one goes through here.
 */
export function componentFault(word: string): string | undefined {
  if (word === '') return 'it is empty';
  const bad = /[/\uFFFD\p{Cc}\p{Surrogate}]/u.exec(word)?.[0];
  if (bad !== undefined) return `it contains ${JSON.stringify(bad)}`;
  if (/^[.-]/.test(word)) return `it begins with "${word[0]}"`;
  if (Buffer.byteLength(word) > longest) return `it is longer than ${longest} bytes`;
  return undefined;
}

/**
 * The word, when it can be one name within a folder; throws `name` otherwise. `what` and where it was read
 * name it: `arch of /x.iso`.
 */
export function nameComponent(word: string, what: string): string {
  const fault = componentFault(word);
  if (fault === undefined) return word;
  const shown = word.length > 100 ? `${word.slice(0, 100)}…` : word;
  throw new RootimgError('name', `${what} '${shown}' cannot be part of a path: ${fault}.`);
}

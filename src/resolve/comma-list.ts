import { resolve } from 'node:path';
import type { Origin, Problem } from '../base/errors.ts';

/**
 * What a comma list names: blanks around a name are not part of it, empty places at the end are nothing (`a,`
 * is `a`).
 */
export interface CommaList {
  readonly names: readonly string[];
  /** True when a place between or before names is empty (`a,,b`). */
  readonly hasGap: boolean;
}

/** Splits a comma list of the definition. Undefined and blank are not names at all. */
export function splitCommaList(value: string | undefined): CommaList {
  const places = (value ?? '').split(',').map((place) => place.trim());
  while (places.at(-1) === '') places.pop();
  return { names: places.filter((place) => place !== ''), hasGap: places.includes('') };
}

/** The problem of a comma list with an empty place before or between names. */
export function listGap(attributeName: string, value: string | undefined, origin?: Origin): Problem {
  return {
    code: 'list-gap',
    message: `An empty name stands in ${attributeName}=${value}.`,
    hint: 'Take out the comma that is too much.',
    ...(origin === undefined ? {} : { origin }),
  };
}

/** True for `http://…`, `nfs:…` and the like: nothing to be found below the caller's folder. */
export function isUrl(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(name);
}

/**
 * The same list with relative paths made absolute against `folder`; everything else stays as it was written,
 * blanks included. A path may be followed by arguments (postinstall) or stand behind a prefix such as `dud:`.
 */
export function absoluteCommaList(value: string, folder: string, prefixes: readonly string[] = []): string {
  return value
    .split(',')
    .map((place) => absolutePlace(place, folder, prefixes))
    .join(',');
}

function absolutePlace(place: string, folder: string, prefixes: readonly string[]): string {
  const start = place.length - place.trimStart().length;
  const prefix = prefixes.find((one) => place.startsWith(one, start)) ?? '';
  const head = place.slice(0, start + prefix.length);
  const path = place.slice(start + prefix.length);
  if (path.trim() === '' || path.startsWith('/') || isUrl(path)) return place;
  const [, word = '', rest = ''] = /^(\S+)([^]*)$/.exec(path) ?? [];
  return `${head}${resolve(folder, word)}${rest}`;
}

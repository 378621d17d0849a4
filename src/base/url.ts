import { fileURLToPath } from 'node:url';
import { withoutEndSlashes } from './slashes.ts';

/**
 * Address of `path` below `url`; a query stays at the end (as librepo keeps it: mirrors with a token need it
 * for every file).
 */
export function urlBelow(url: string, path: string): string {
  const [, base = '', tail = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  return `${withoutEndSlashes(base)}/${path}${tail}`;
}

/** The address without user, password and query: the place that it names. */
export function placeOf(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}

/** The path that a `file:` address names; undefined where it names none here, as `file://server/path`. */
export function localPath(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

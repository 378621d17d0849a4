import { exists } from './exists.ts';
import { readdir } from 'node:fs/promises';

const wildcard = /[*?[]/;

/** True when a path holds a wildcard of the shell. */
export function hasWildcard(path: string): boolean {
  return wildcard.test(path);
}

/**
 * The paths below `/` that an absolute shell pattern stands for, sorted; none when nothing matches. `*`, `?`
 * and `[…]` never match a `/` nor the dot that begins a name.
 */
export async function expandPattern(pattern: string): Promise<string[]> {
  let paths = [''];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const next: string[] = [];
    for (const path of paths) {
      if (!wildcard.test(part)) next.push(`${path}/${part}`);
      else next.push(...(await matching(path, part)));
    }
    paths = next;
  }
  const there = await Promise.all(paths.map(exists));
  return paths.filter((_, index) => there[index]);
}

async function matching(folder: string, part: string): Promise<string[]> {
  const names = await readdir(folder === '' ? '/' : folder).catch(() => []);
  const expression = partExpression(part);
  return names
    .filter((name) => expression.test(name) && (part.startsWith('.') || !name.startsWith('.')))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/**
 * The expression of one part of a path; a set that no regular expression can hold (`[z-a]`) matches nothing,
 * as in a shell.
 */
function partExpression(part: string): RegExp {
  let source = '';
  for (const [token, not, set] of part.matchAll(/\[([!^]?)(\]?[^\]]*)\]|[^]/gu)) {
    if (set !== undefined && set !== '')
      source += `[${not === '' ? '' : '^'}${set.replace(/[\\^[\]]/g, '\\$&')}]`;
    else if (token === '*') source += '[^]*';
    else source += token === '?' ? '[^]' : token.replace(/[\\^$.|+(){}[\]]/, '\\$&');
  }
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    return /$^/;
  }
}

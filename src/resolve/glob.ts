import { readdir, stat } from 'node:fs/promises';

const wildcard = /[*?[]/;

/** True when a path holds a wildcard of the shell. */
export function hasWildcard(path: string): boolean {
  return wildcard.test(path);
}

/**
 * The paths below `/` that an absolute shell pattern stands for, sorted; none when nothing matches. `*`, `?` and `[…]` never match a `/`
 * nor the dot that begins a name.
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

function partExpression(part: string): RegExp {
  const source = part.replace(/\[(!?)([^\]]+)\]|[*?]|[^]/g, (token, not: string | undefined, set) => {
    if (typeof set === 'string') {
      const inside = set.replace(/[\\^[]/g, '\\$&');
      return `[${not === '!' ? '^' : ''}${inside}]`;
    }
    if (token === '*') return '[^]*';
    return token === '?' ? '[^]' : token.replace(/[\\^$.|+(){}[\]/-]/, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    // `[z-a]` and the like: the shell takes the word as it stands.
    return new RegExp(`^${part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

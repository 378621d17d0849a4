import { isFolder } from '../base/exists.ts';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MediaRules } from '../family/family.ts';

/**
 * The folders at and below `folder` that hold a `repodata`, or the file `index`, sorted. Links to folders are
 * not followed, except `folder` itself.
 */
export async function repositoryFolders(folder: string, index?: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  const below: string[] = [];
  for (const entry of entries) {
    if (entry.name === 'repodata') {
      if (await isFolder(join(folder, entry.name))) found.push(folder);
    } else if (entry.name === index && entry.isFile()) {
      found.push(folder);
    } else if (entry.isDirectory()) {
      below.push(join(folder, entry.name));
    }
  }
  for (const path of below.sort()) found.push(...(await repositoryFolders(path, index).catch(() => [])));
  return [...new Set(found)];
}

/**
 * True when the folder itself is a repository: by its `repodata`, or with `rules` by their file, or by packages
 * alone.
 */
export async function isRepository(folder: string, rules?: MediaRules): Promise<boolean> {
  if (await isFolder(join(folder, 'repodata'))) return true;
  if (rules === undefined) return false;
  const names = await readdir(folder).catch((): string[] => []);
  return names.includes(rules.index) || names.some((name) => rules.packages.test(name));
}

/** The folders between `top` and the repositories below it: media of several repositories, and the like. */
export function foldersBetween(top: string, repositories: readonly string[]): string[] {
  const above = (path: string): string[] => {
    const parent = dirname(path);
    return parent.startsWith(`${top}/`) ? [...above(parent), parent] : [];
  };
  return [...new Set(repositories.flatMap(above))].filter((path) => !repositories.includes(path));
}

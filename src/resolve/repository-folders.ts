import { isFolder } from '../base/exists.ts';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The folders at and below `folder` that hold a `repodata`, sorted. Links to folders are not followed, except
 * `folder` itself.
 */
export async function repositoryFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  const below: string[] = [];
  for (const entry of entries) {
    if (entry.name === 'repodata') {
      if (await isFolder(join(folder, entry.name))) found.push(folder);
    } else if (entry.isDirectory()) {
      below.push(join(folder, entry.name));
    }
  }
  for (const path of below.sort()) found.push(...(await repositoryFolders(path).catch(() => [])));
  return found;
}

/** True when the folder itself is a repository. */
export async function isRepository(folder: string): Promise<boolean> {
  return isFolder(join(folder, 'repodata'));
}

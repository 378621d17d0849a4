import { dirname, relative, resolve } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import { exists } from '../../base/exists.ts';
import { type PkgdirItem, readItem } from './pkgdir-item.ts';

/**
 * Whether an item holds components or a suite that a comma has cut off from the URL before it: a word for
 * which there is no folder. Requests have it as a path in the folder that they were typed in.
 */
export async function isCutOff(
  { place }: PkgdirItem,
  before: string | undefined,
  cwd: string,
): Promise<boolean> {
  if (before === undefined || !readItem(before).isUrl) return false;
  const path = resolve(cwd, place);
  return dirname(path) === resolve(cwd) && !(await exists(path));
}

export function cutOff({ place, text }: PkgdirItem, cwd: string): Problem {
  const words = `${relative(cwd, resolve(cwd, place))}${text.slice(place.length)}`;
  return {
    code: 'repository-item',
    message: `'${words}' in pkgdir stands behind a comma, and there is no such folder here.`,
    hint: 'A comma ends an item. Suite and components are separated by blanks: URL SUITE main universe.',
  };
}

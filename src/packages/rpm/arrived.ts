import type { Problem } from '../../base/errors.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import { hasPath, type InstalledNames, nameOfFile } from './installed-names.ts';
import type { RpmHost } from './rpm-macros.ts';

/** Whether what a list names by a package, something provided, a pattern, a path, or a package file is there. */
export async function hasArrived(
  host: RpmHost,
  name: string,
  { spellings, provides }: InstalledNames,
): Promise<boolean> {
  if (spellings.has(name) || provides.has(name)) return true;
  if (/[*?[]/.test(name)) {
    const pattern = globPattern(name);
    return [...spellings, ...provides].some((known) => pattern.test(known));
  }
  if (!name.startsWith('/')) return false;
  if (!name.endsWith('.rpm')) return hasPath(host, name);
  const package_ = await nameOfFile(host, name);
  return package_ !== undefined && spellings.has(package_);
}

/** What a list asked for and the image does not have after its pass. `log`: where to look. */
export function notArrived(entry: PackageEntry, log: string, why?: string): Problem {
  const { file, line } = entry.origin;
  return {
    code: 'package-not-arrived',
    message: `'${entry.name}' is not in the image after its pass${why === undefined ? '' : `: ${why}`}.`,
    origin: line === undefined ? { file } : { file, line },
    hint: `logs/${log} tells what the package manager did instead.`,
  };
}

/** A pattern as package managers take it: `*`, `?`, `[…]`. */
function globPattern(name: string): RegExp {
  const text = name
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${text.replaceAll('[!', '[^')}$`);
}

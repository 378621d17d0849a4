import type { PackageEntry } from '../../plan/build-plan.ts';

/** What stands before the name of a pattern in the word that its package provides. */
export const patternWord = 'pattern() = ';

/**
 * Name of a list entry as zypper takes it: `@name` is a pattern (xCAT), asked for as what its package provides,
 * because not every build of libzypp makes patterns of their packages; a name loses the folders of a
 * sub-repository, paths of files stay as they are.
 */
export function zypperName({ name }: Pick<PackageEntry, 'name'>): string {
  if (name.startsWith('@')) return `${patternWord}${name.slice(1)}`;
  return name.startsWith('/') ? name : name.slice(name.lastIndexOf('/') + 1);
}

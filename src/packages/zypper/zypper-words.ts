import type { PackageEntry } from '../../plan/build-plan.ts';

/**
 * Name of a list entry as zypper takes it: `@name` is a pattern (xCAT), a name loses the folders of a
 * sub-repository, paths of files stay as they are.
 */
export function zypperName({ name }: Pick<PackageEntry, 'name'>): string {
  if (name.startsWith('@')) return `pattern:${name.slice(1)}`;
  return name.startsWith('/') ? name : name.slice(name.lastIndexOf('/') + 1);
}

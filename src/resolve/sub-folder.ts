import { dirname } from 'node:path';
import type { PackageEntry } from '../plan/build-plan.ts';

/** `dir/sub` of an entry `dir/sub/pkg` of an otherpkglist; `.` for a name alone, a group, a path of a file. */
export function subFolder({ name }: PackageEntry): string {
  return name.startsWith('/') || name.startsWith('@') ? '.' : dirname(name);
}

import { posix } from 'node:path';
import type { PackageEntry, PackagePass, Repository } from '../../plan/build-plan.ts';

/**
 * Ids of the repositories that a pass of the otherpkglist may use. xCAT: `dir/sub/pkg` brings the repository `<otherpkgdir>/dir/sub` into
 * this pass and no other; otherpkgdir itself counts in passes with plain names, the repositories of pkgdir always.
 */
export function repositoriesOf(repositories: readonly Repository[], pass: PackagePass): string[] {
  const wanted = new Set(pass.install.map(folderOf));
  if (wanted.size === 0) wanted.add('');
  return repositories
    .filter(({ folders }) => folders === undefined || folders.some((folder) => wanted.has(folder)))
    .map(({ id }) => id);
}

/** `dir/sub` of `dir/sub/pkg`; empty for a plain name, a group, or the path of a file. */
function folderOf(entry: PackageEntry): string {
  const folder = /^[/@]/.test(entry.name) ? '.' : posix.dirname(entry.name);
  return folder === '.' ? '' : folder;
}

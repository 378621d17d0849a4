import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildPlan, PackageEntry, PackagePass } from '../plan/build-plan.ts';

/**
 * Ids of the repositories that a pass of the otherpkglist may use. xCAT: `dir/sub/pkg` brings the repository `<otherpkgdir>/dir/sub` into
 * this pass and no other; the repositories of pkgdir count always.
 */
export function repositoriesOf(plan: BuildPlan, pass: PackagePass): string[] {
  const folders = new Set(plan.otherPasses.flatMap((other) => other.install.map(folderOf)));
  const wanted = new Set(pass.install.map(folderOf));
  return plan.repositories
    .filter((repository) => {
      if (repository.from !== 'otherpkgdir') return true;
      const path = folderOfUrl(repository.url);
      const own = [...folders].filter((folder) => folder !== '' && path.endsWith(`/${folder}`));
      return own.length === 0
        ? wanted.has('') || wanted.size === 0
        : own.some((folder) => wanted.has(folder));
    })
    .map((repository) => repository.id);
}

/** `dir/sub` of `dir/sub/pkg`; empty for a plain name, a group, or the path of a file. */
function folderOf(entry: PackageEntry): string {
  const folder = /^[/@]/.test(entry.name) ? '.' : posix.dirname(entry.name);
  return folder === '.' ? '' : folder;
}

function folderOfUrl(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.replace(/\/+$/, '');
}

import { toBinary } from '../base/bytes.ts';
import type { Repository } from '../plan/build-plan.ts';
import { type PackageId, packageWord } from '../plan/package-id.ts';
import { withTree } from '../system/tree/open-tree.ts';
import { debOwner, installedDebs } from './deb/deb-database.ts';
import { findOrigins } from './origins.ts';
import { packageFormatOf } from './package-format.ts';
import { findRpmMacros } from './rpm/rpm-macros.ts';
import { installedRpms, rpmOwners } from './rpm/rpm-query.ts';

/**
 * The packages of a tree, sorted, with the address of the repository that this run installed each from.
 * `temporary` is the folder of this run.
 */
export async function installedPackages(
  root: string,
  temporary: string,
  repositories: readonly Repository[],
): Promise<PackageId[]> {
  const found =
    packageFormatOf(root) === 'deb'
      ? withTree(toBinary(root), installedDebs)
      : await installedRpms(root, temporary, findRpmMacros(temporary));
  const ids = await findOrigins(temporary);
  const urls = new Map(repositories.map(({ id, url }) => [id, url]));
  return found.map((one) => {
    const id = ids.get(packageWord(one)) ?? '';
    const repository = urls.get(id) ?? (id === '@commandline' ? 'file' : undefined);
    return repository === undefined ? one : { ...one, repository };
  });
}

/** The package that owns each path, as the image sees it and says; paths that none owns are absent. */
export async function packageOwners(root: string, paths: readonly string[]): Promise<Map<string, PackageId>> {
  if (packageFormatOf(root) !== 'deb') return rpmOwners(root, paths);
  return withTree(toBinary(root), (tree) => debOwner(tree, paths));
}

import { RootimgError } from '../../base/errors.ts';
import { localPath, urlBelow } from '../../base/url.ts';
import type { LockedPackage } from '../../plan/build-lock.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import { fileDigest } from '../../system/file-digest.ts';
import type { OfferedPackage } from '../manager.ts';
import { isPackageFile } from '../package-files.ts';
import { placeOfRepository } from '../repository-files.ts';
import { fileFacts } from './installed-names.ts';
import type { PrimaryPackage } from './primary.ts';
import type { RpmHost } from './rpm-macros.ts';

/** The package files that the lists of a plan name. */
export async function filesOfLists(host: RpmHost, plan: BuildPlan): Promise<OfferedPackage[]> {
  const passes = [...plan.passes, ...plan.otherPasses];
  const paths = passes.flatMap(({ install }) => install.map(({ name }) => name).filter(isPackageFile));
  const found = await Promise.all([...new Set(paths)].map((path) => offeredFile(host, path, 'file')));
  return found.flat();
}

/** What a package file of this host is, as `repository` offers it; none where it is no package. */
export async function offeredFile(
  host: RpmHost,
  path: string,
  repository: string,
): Promise<(OfferedPackage & { readonly path: string })[]> {
  const facts = await fileFacts(host, path);
  if (facts === undefined) return [];
  return [{ ...facts, repository, digest: `sha256:${await fileDigest(path)}`, path }];
}

/** Where a file of a repository lies on this host; none for one that a server has. */
export function localFile(repository: Repository, location: string): Pick<OfferedPackage, 'path'> {
  const address = urlBelow(placeOfRepository(repository), location);
  const path = address.startsWith('file:') ? localPath(address) : undefined;
  return path === undefined ? {} : { path };
}

/** What a repository says of its files leads nowhere else. */
export function safeLocation(location: string): string {
  if (!location.startsWith('/') && !location.split('/').includes('..')) return location;
  throw new RootimgError(
    'package-damaged',
    `A repository has a package at '${location}', outside of itself.`,
  );
}

/** Whether the metadata tells of exactly this package, with its bytes. */
export function isSamePackage(
  one: LockedPackage,
  other: Pick<PrimaryPackage, 'name' | 'version' | 'arch' | 'digest'>,
): boolean {
  return (
    one.name === other.name &&
    one.version === other.version &&
    one.arch === other.arch &&
    one.digest === other.digest
  );
}

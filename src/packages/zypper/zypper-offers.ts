import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from '../../base/exists.ts';
import type { Repository } from '../../plan/build-plan.ts';
import type { OfferedPackage } from '../manager.ts';
import { placeOfRepository } from '../repository-files.ts';
import { localFile, offeredFile } from '../rpm/lock-files.ts';
import { readPrimary } from '../rpm/primary.ts';
import { readYast } from './yast-packages.ts';
import type { Zypper } from './zypper-call.ts';

/** A package with its place below the address of its repository. */
export interface PlacedPackage extends OfferedPackage {
  readonly location: string;
}

type PlainPackage = PlacedPackage & { readonly path: string };

/** Where the metadata of a repository lies as zypper has read and checked it. */
export async function metadataOf({ host }: Zypper, { id }: Repository): Promise<string> {
  const whole = wholeMetadata(host.shared, id);
  return (await exists(whole)) ? whole : rawMetadata(host.shared, id);
}

/** Where zypper caches it, and where it is kept while the cache tells of a part. */
export const rawMetadata = (shared: string, id: string) => join(shared, 'cache/raw', id);
export const wholeMetadata = (shared: string, id: string) => join(shared, 'whole', id);

/** What tells of the packages of a repository: repodata, `content` of YaST's older kind, or they themselves. */
export type IndexKind = 'repodata' | 'content' | 'plain';

export async function kindOf(zypper: Zypper, repository: Repository): Promise<IndexKind> {
  const metadata = await metadataOf(zypper, repository);
  if (await exists(join(metadata, 'repodata/repomd.xml'))) return 'repodata';
  return (await exists(join(metadata, 'content'))) ? 'content' : 'plain';
}

/** What a repository has of all packages of these names. */
export async function offeredBy(
  zypper: Zypper,
  repository: Repository,
  names: ReadonlySet<string>,
): Promise<PlacedPackage[]> {
  const kind = await kindOf(zypper, repository);
  if (kind === 'plain') {
    return (await plainPackages(zypper, repository)).filter(({ name }) => names.has(name));
  }
  const metadata = await metadataOf(zypper, repository);
  const known =
    kind === 'content'
      ? await readYast(metadata, names)
      : await readPrimary(join(metadata, 'repodata'), names);
  return known.map((one) => ({ ...one, repository: repository.id, ...localFile(repository, one.location) }));
}

/** All packages of a folder of packages. */
export async function plainPackages({ host }: Zypper, repository: Repository): Promise<PlainPackage[]> {
  const folder = fileURLToPath(placeOfRepository(repository));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.rpm')).sort();
  const found: PlainPackage[] = [];
  for (const location of names) {
    const offered = await offeredFile(host, join(folder, location), repository.id);
    found.push(...offered.map((one) => ({ ...one, location })));
  }
  return found;
}

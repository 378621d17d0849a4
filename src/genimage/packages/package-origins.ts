import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestName, parseManifest } from '../../plan/manifest.ts';
import type { Build } from '../build-context.ts';
import { findOrigins } from '../../packages/dnf/dnf-origins.ts';
import type { InstalledPackage } from '../../packages/rpm/rpm-query.ts';

/**
 * The packages with the address of the repository that each came from. Ids mean something in one build only: a package that an earlier build
 * installed keeps what its manifest says.
 */
export async function withOrigins(
  build: Build,
  packages: readonly InstalledPackage[],
): Promise<(InstalledPackage & { repository?: string })[]> {
  const ids = await findOrigins(build);
  const urls = new Map(build.plan.repositories.map(({ id, url }) => [id, url]));
  const text = await readFile(join(build.folder, manifestName), 'utf8').catch(() => '');
  const before = build.tree.isNew ? [] : (parseManifest(text)?.build?.packages ?? []);
  const known = new Map(before.map(({ nevra, repository }) => [nevra, repository]));
  return packages.map((one) => {
    const id = ids.get(one.nevra) ?? '';
    const repository = known.get(one.nevra) ?? urls.get(id) ?? (id === '@commandline' ? 'file' : undefined);
    return repository === undefined ? one : { ...one, repository };
  });
}

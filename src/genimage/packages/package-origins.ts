import { join } from 'node:path';
import { readTextFile } from '../../base/regular-file.ts';
import { manifestName, parseManifest } from '../../plan/manifest.ts';
import { packageWord, type PackageId } from '../../plan/package-id.ts';
import type { Build } from '../build-context.ts';

/** The packages, where an earlier build installed one with what its manifest says of its repository. */
export async function withEarlierOrigins(build: Build, packages: readonly PackageId[]): Promise<PackageId[]> {
  const text = await readTextFile(join(build.folder, manifestName)).catch(() => '');
  const before = build.tree.isNew ? [] : (parseManifest(text)?.build?.packages ?? []);
  const known = new Map(before.map((one) => [one.nevra, one.repository]));
  return packages.map((one) => {
    const repository = known.get(packageWord(one)) ?? one.repository;
    return repository === undefined ? one : { ...one, repository };
  });
}

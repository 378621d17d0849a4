import { atMost } from '../base/at-most.ts';
import { fileDigest } from '../system/file-digest.ts';
import type { OfferedPackage, UndigestedPackage } from './manager.ts';

/** Files that are read at the same time. */
const filesAtOnce = 4;

/** What stands for the digest of a file that is not there. */
const missing = 'missing:0';

/**
 * What is offered of the names and architectures of `packages` in their repositories; of the packages
 * themselves with the digest that the file has, where it lies on this host, or `missing:0` where there is none.
 */
export async function digestsOfFiles(
  packages: readonly UndigestedPackage[],
  offered: readonly OfferedPackage[],
): Promise<OfferedPackage[]> {
  const key = (one: UndigestedPackage) => `${one.repository} ${one.name}.${one.arch}`;
  const wanted = new Set(packages.map(key));
  const exactly = new Set(packages.map((one) => `${key(one)} ${one.version}`));
  const found = offered.filter((other) => wanted.has(key(other)));
  await atMost(filesAtOnce, [...found.entries()], async ([index, one]) => {
    if (one.path === undefined || !exactly.has(`${key(one)} ${one.version}`)) return;
    found[index] = { ...one, digest: await digestOfPackage(one.path, one.digest) };
  });
  return found;
}

/** By the algorithm of `said`. */
async function digestOfPackage(path: string, said: string): Promise<string> {
  const [algorithm = ''] = said.split(':');
  try {
    return `${algorithm}:${await fileDigest(path, algorithm)}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return missing;
    throw error;
  }
}

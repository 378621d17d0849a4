import { toBinary } from '../../base/bytes.ts';
import { packageContents } from '../../packages/database.ts';
import type { Manifest } from '../../plan/manifest.ts';
import type { PackageId } from '../../plan/package-id.ts';
import { recordedPackage } from '../../plan/package-record.ts';
import { withTree } from '../../system/tree/open-tree.ts';
import type { JudgedPackage } from '../../packages/advisory.ts';

/**
 * The packages of an image as advisories are compared with them: of its tree's own database, else those that
 * its manifest recorded, of which no module streams are known. Undefined where neither tells any.
 */
export function judgedPackages(
  tree: string | undefined,
  manifest: Manifest | undefined,
): JudgedPackage[] | undefined {
  const found = tree === undefined ? undefined : withTree(toBinary(tree), packageContents);
  return (found ?? manifest?.build?.packages.map(recordedPackage))?.map(judged);
}

function judged({
  type,
  name,
  version,
  arch,
  builtFrom,
  module,
}: PackageId & { module?: string }): JudgedPackage {
  return {
    ...{ type, name, version, arch },
    ...(builtFrom && { source: builtFrom }),
    ...(module !== undefined && { module }),
  };
}

import { managerFor } from '../packages/managers.ts';
import type { PackageId } from '../plan/package-id.ts';
import type { Build } from './build-context.ts';

/**
 * Versions of the tools of host and image that made the result, as far as they are known without starting
 * slow ones.
 */
export async function toolVersions(
  { plan }: Build,
  packages: readonly PackageId[],
): Promise<Record<string, string>> {
  const dracut = packages.find(({ name }) => name === 'dracut')?.version;
  const versions = { node: process.versions.node, ...(dracut === undefined ? {} : { dracut }) };
  return plan.request.onlyinitrd ? versions : { ...versions, ...(await (await managerFor(plan)).versions()) };
}

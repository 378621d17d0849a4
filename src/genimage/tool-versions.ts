import { run } from '../system/exec.ts';
import type { Build } from './build-context.ts';
import { dnfVersion } from '../packages/dnf/dnf-version.ts';
import type { InstalledPackage } from '../packages/rpm/rpm-query.ts';

/** Versions of the tools of host and image that made the result, as far as they are known without starting slow ones. */
export async function toolVersions(
  build: Build,
  packages: readonly InstalledPackage[],
): Promise<Record<string, string>> {
  const versions: Record<string, string> = { node: process.versions.node };
  const dracut = packages.map(({ nevra }) => /^dracut-(\d.*)\.\w+$/.exec(nevra)?.[1]).find(Boolean);
  if (dracut !== undefined) versions['dracut'] = dracut;
  if (build.plan.request.onlyinitrd) return versions;
  const rpm = await run(['rpm', '--version']);
  versions['rpm'] = rpm.stdout.trim().replace(/^.* /, '');
  versions['dnf'] = await dnfVersion();
  return versions;
}

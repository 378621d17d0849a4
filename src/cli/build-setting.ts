import { type BuildSetting, localBuildFolder } from '../genimage/build-context.ts';
import type { BuildRequest } from '../plan/request.ts';
import { renderDryRun } from '../render/dry-run.ts';
import { dracutModuleDir } from './locations.ts';

/**
 * What a build of this request is told besides its plan. The lines for another host say no more than the
 * administrator did; `familyDir` is the netboot folder that they change to.
 */
export async function buildSetting(
  request: BuildRequest,
  familyDir: string,
  command: string,
): Promise<BuildSetting> {
  return {
    dracutModuleDir: await dracutModuleDir(familyDir),
    dryRunLine: renderDryRun(request, familyDir),
    localLine: renderDryRun({ ...request, rootimgdir: localBuildFolder }, familyDir),
    command,
  };
}

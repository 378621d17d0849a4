import { throwProblems } from '../base/errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import type { BuildContext } from './build-context.ts';
import { planProblems } from './lock/check-lock.ts';
import { checkArchitecture } from './preflight/architecture.ts';
import { checkBuildFiles } from './preflight/build-files.ts';
import type { Emulation } from './preflight/emulation/emulation.ts';
import { checkImageFolder } from './preflight/image-folder.ts';
import { checkOtherImage } from './preflight/other-image.ts';
import { checkManager, managerFor } from '../packages/managers.ts';
import { checkPrivilege } from './preflight/privilege.ts';
import { readHostRelease, releaseWarnings } from './preflight/release.ts';
import { tftpWarnings } from './preflight/tftp-folder.ts';
import { checkTools } from './preflight/tools.ts';
import { safeFolderProblems } from '../base/safe-folder.ts';

/** Architecture of this host and its name, for the manifest. */
export interface Host {
  readonly arch: string;
  /** What runs the image's programs; absent where the host's own processor does. */
  readonly emulation?: Emulation;
  readonly os: string;
  /** Told to the user, and kept in the manifest. */
  readonly warnings: readonly string[];
}

/**
 * Looks at everything that a build needs before it touches anything, and throws all that is wrong in one
 * error. What it tries on the disk it takes away again.
 */
export async function preflight(plan: BuildPlan, context: BuildContext): Promise<Host> {
  const { arch, emulation, problems: archProblems } = await checkArchitecture(plan, context);
  const managerProblems = checkManager(plan);
  const canRunHere = archProblems.length === 0 && managerProblems.length === 0;
  const manager = canRunHere && !plan.request.onlyinitrd ? await managerFor(plan) : undefined;
  const needsDrivers = plan.files.some((file) => file.role === 'driverupdate');
  const found = await Promise.all([
    archProblems,
    managerProblems,
    checkPrivilege(),
    canRunHere ? checkTools(manager?.tools ?? [], { needsDrivers }) : [],
    checkBuildFiles(plan, context),
    manager === undefined ? [] : manager.checkRepositories(plan),
    canRunHere ? checkImageFolder(plan, context) : [],
    checkOtherImage(plan),
    planProblems(plan),
    safeFolderProblems(plan.image.rootimgdir),
    plan.request.stage === undefined ? [] : safeFolderProblems(plan.request.stage),
  ]);
  throwProblems(found.flat());
  const release = await readHostRelease();
  return {
    ...{ arch, os: release.name },
    ...(emulation && { emulation }),
    warnings: [...releaseWarnings(plan, release), ...tftpWarnings(plan)],
  };
}

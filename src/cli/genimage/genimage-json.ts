import { machine } from 'node:os';
import { ProblemsError } from '../../base/errors.ts';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import type { ShownPlan } from '../../plan/shown-plan.ts';
import { renderDryRun } from '../../render/dry-run.ts';
import { resolveBuildPlan } from '../../resolve/build-plan.ts';
import type { GenimageJob } from './genimage-job.ts';
import type { CommandIo } from '../io.ts';

/**
 * `genimage --dryrun --json`: the request, and the plan where this host has what it names; both without
 * passwords.
 */
export async function dryRunJson(
  io: CommandIo,
  { resolved, site, netboot }: GenimageJob,
): Promise<ShownPlan> {
  const { request, familyDir } = resolved;
  const shown = { schema: 1, command: renderDryRun(request, familyDir), request } as const;
  const context = { netbootDir: netboot, hostArch: machine(), env: io.env, cwd: io.cwd, ...site };
  try {
    return dataWithoutSecrets({ ...shown, plan: await resolveBuildPlan(request, context), problems: [] });
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return dataWithoutSecrets({ ...shown, plan: null, problems: [...error.problems] });
  }
}

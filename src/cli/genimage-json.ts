import { machine } from 'node:os';
import { type Problem, ProblemsError } from '../errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import type { BuildRequest } from '../plan/request.ts';
import { renderDryRun } from '../render/dry-run.ts';
import { resolveBuildPlan } from '../resolve/build-plan.ts';
import type { GenimageJob } from './genimage-job.ts';
import type { CommandIo } from './io.ts';

export interface DryRunJson {
  readonly schema: 1;
  readonly command: string;
  readonly request: BuildRequest;
  /** What building on this host would do; null where it cannot be resolved here. */
  readonly plan: BuildPlan | null;
  /** Why there is no plan. */
  readonly problems: readonly Problem[];
}

/** `genimage --dryrun --json`: the request, and the plan where this host has what it names. */
export async function dryRunJson(
  io: CommandIo,
  { resolved, site, netboot }: GenimageJob,
): Promise<DryRunJson> {
  const { request, familyDir } = resolved;
  const shown = { schema: 1, command: renderDryRun(request, familyDir), request } as const;
  const context = { netbootDir: netboot, hostArch: machine(), env: io.env, cwd: io.cwd, ...site };
  try {
    return { ...shown, plan: await resolveBuildPlan(request, context), problems: [] };
  } catch (error) {
    if (error instanceof ProblemsError) return { ...shown, plan: null, problems: error.problems };
    throw error;
  }
}

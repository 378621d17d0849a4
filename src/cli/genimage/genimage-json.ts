import { machine } from 'node:os';
import { ProblemsError, problemsOf, type RootimgError } from '../../base/errors.ts';
import { dataWithoutSecrets } from '../../base/secrets.ts';
import type { FailedPlan, ShownPlan } from '../../plan/shown-plan.ts';
import { renderDryRun } from '../../render/dry-run.ts';
import { resolveBuildPlan } from '../../resolve/build-plan.ts';
import type { GenimageJob } from './genimage-job.ts';
import type { CommandIo } from '../io.ts';

export interface DryRunJson {
  readonly shown: ShownPlan;
  /** Why it holds no plan. */
  readonly failure?: ProblemsError;
}

/**
 * `genimage --dryrun --json`: the request, and the plan where this host has what it names; both without
 * passwords.
 */
export async function dryRunJson(
  io: CommandIo,
  { resolved, site, netboot }: GenimageJob,
): Promise<DryRunJson> {
  const { request, familyDir } = resolved;
  const shown = { schema: 1, command: renderDryRun(request, familyDir), request } as const;
  const context = { netbootDir: netboot, hostArch: machine(), env: io.env, cwd: io.cwd, ...site };
  try {
    const plan = await resolveBuildPlan(request, context);
    return { shown: dataWithoutSecrets({ ...shown, plan, problems: [] }) };
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    const problems = [...error.problems];
    return { shown: dataWithoutSecrets({ ...shown, plan: null, problems }), failure: error };
  }
}

/** The same where not even the request could be made: a definition that is unknown or wrong. */
export function withoutRequest(error: RootimgError): FailedPlan {
  const problems = [...problemsOf(error)];
  return dataWithoutSecrets({ schema: 1, command: null, request: null, plan: null, problems });
}

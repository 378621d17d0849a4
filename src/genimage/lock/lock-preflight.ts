import { machine } from 'node:os';
import type { Problem } from '../../base/errors.ts';
import { checkManager, managerFor } from '../../packages/managers.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { checkArchitecture } from '../preflight/architecture.ts';
import { checkRoot } from '../preflight/privilege.ts';
import { checkTools } from '../preflight/tools.ts';

/**
 * What keeps this host from resolving the packages of a plan. Whether it lets root make namespaces is tried by
 * checkNamespaces where the manager could not work.
 */
export async function lockProblems(plan: BuildPlan, dryRunLine: string): Promise<Problem[]> {
  const { problems } = await checkArchitecture(plan, { dryRunLine }, machine());
  const found = [...problems, ...checkManager(plan), ...checkRoot()];
  if (found.length > 0) return found;
  const manager = await managerFor(plan);
  return [...(await checkTools(manager.tools)), ...(await manager.checkRepositories(plan))];
}

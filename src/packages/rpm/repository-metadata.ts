import type { Problem } from '../../base/errors.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import { digestOfFile, unreachableProblem, whyUnreachable } from '../repository-files.ts';

/** Of each repository: holds the digests of all metadata, which hold those of all packages. */
const metadata = 'repodata/repomd.xml';

/** Looks whether every repository has its repomd.xml. */
export async function checkRepositories(plan: BuildPlan): Promise<Problem[]> {
  if (plan.repositories.length === 0) return [noRepositoryProblem(plan)];
  const reasons = await Promise.all(plan.repositories.map((one) => whyUnreachable(plan, one, metadata)));
  return plan.repositories.flatMap((repository, index) => {
    const reason = reasons[index];
    return reason === undefined ? [] : [unreachableProblem(repository, reason)];
  });
}

/** A plan has nothing to install from. */
export function noRepositoryProblem({ request }: BuildPlan): Problem {
  const message = `There is no repository to install from (pkgdir=${request.srcdir ?? ''}).`;
  return { code: 'no-repository', message, hint: 'Run createrepo on the folder, or correct pkgdir.' };
}

/** Digest of its repomd.xml. */
export function repositoryState(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  return digestOfFile(plan, repository, metadata);
}

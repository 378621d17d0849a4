import type { Problem } from '../../base/errors.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import { digestOfFile, unreachableProblem, whyUnreachable } from '../repository-files.ts';

/** Of each repository: holds the digests of all metadata, which hold those of all packages. */
const metadata = 'repodata/repomd.xml';

/** Looks whether every repository has its repomd.xml. */
export async function checkRepositories(plan: BuildPlan): Promise<Problem[]> {
  if (plan.repositories.length === 0) {
    const message = `There is no repository to install from (pkgdir=${plan.request.srcdir ?? ''}).`;
    return [{ code: 'no-repository', message, hint: 'Run createrepo on the folder, or correct pkgdir.' }];
  }
  const reasons = await Promise.all(plan.repositories.map((one) => whyUnreachable(plan, one, metadata)));
  return plan.repositories.flatMap((repository, index) => {
    const reason = reasons[index];
    return reason === undefined ? [] : [unreachableProblem(repository, reason)];
  });
}

/** Digest of its repomd.xml. */
export function repositoryState(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  return digestOfFile(plan, repository, metadata);
}

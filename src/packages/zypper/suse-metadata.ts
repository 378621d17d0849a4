import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../base/errors.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import { noRepositoryProblem } from '../rpm/repository-metadata.ts';
import { digestOfFile, placeOfRepository, unreachableProblem, whyUnreachable } from '../repository-files.ts';

/** What a repository begins with: repomd.xml of rpm-md, `content` of YaST's older kind, up to SLES 12. */
const indexes = ['repodata/repomd.xml', 'content'];

/** Looks whether every repository has its index, or is a folder of plain packages. */
export async function checkRepositories(plan: BuildPlan): Promise<Problem[]> {
  if (plan.repositories.length === 0) return [noRepositoryProblem(plan)];
  const found = await Promise.all(
    plan.repositories.map(async (repository) => {
      const reason = await whyNone(plan, repository);
      return reason === undefined ? [] : [unreachableProblem(repository, reason)];
    }),
  );
  return found.flat();
}

/** Digest of its index; of a plain folder that of the names of its packages is not enough. */
export async function repositoryState(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  for (const index of indexes) {
    const digest = await digestOfFile(plan, repository, index);
    if (digest !== undefined) return digest;
  }
  return undefined;
}

async function whyNone(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  const [first, ...others] = await Promise.all(
    indexes.map((index) => whyUnreachable(plan, repository, index)),
  );
  if (first === undefined || others.includes(undefined)) return undefined;
  const place = placeOfRepository(repository);
  if (!place.startsWith('file:')) return first;
  const names = await readdir(fileURLToPath(place)).catch(() => []);
  return names.some((name) => name.endsWith('.rpm')) ? undefined : first;
}

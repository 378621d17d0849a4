import path from 'node:path';
import { suiteOf } from '../family/archives.ts';
import { advisoryText } from '../packages/advisory-files.ts';
import { readAdvisories } from '../packages/read-advisories.ts';
import { repositoryAdvisories, type RepositoryAdvisories } from '../packages/repository-advisories.ts';
import type { BuildPlan } from '../plan/build-plan.ts';

export interface FoundAdvisories extends RepositoryAdvisories {
  /** Faults that nothing mends yet, by source packages. */
  readonly unfixed: ReadonlyMap<string, number>;
}

/**
 * The advisories for an image: of `file`, or where that is empty of the repositories of its plan. Throws what
 * is wrong with the file; of repositories it tells.
 */
export async function findAdvisories(
  { file, cwd, osvers }: { readonly file: string; readonly cwd: string; readonly osvers: string },
  plan: () => Promise<BuildPlan | undefined>,
): Promise<FoundAdvisories> {
  if (file !== '') {
    const text = await advisoryText(path.resolve(cwd, file));
    return { notRead: [], ...readAdvisories(text, file, suiteOf(osvers)) };
  }
  const found = await plan();
  const unfixed = new Map<string, number>();
  if (found !== undefined) return { unfixed, ...(await repositoryAdvisories(found)) };
  const why = 'the repositories of the image are not known: --advisories=FILE';
  return { unfixed, advisories: [], notRead: [{ what: 'advisories', why }] };
}

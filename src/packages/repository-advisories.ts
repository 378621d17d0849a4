import { RootimgError } from '../base/errors.ts';
import { withoutSecrets } from '../base/secrets.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import type { Advisory } from './advisory.ts';
import { updateinfoOf } from './advisory-files.ts';
import { packageFormatOfPlan } from './package-format.ts';
import { readUpdateinfo } from './rpm/updateinfo.ts';

export interface RepositoryAdvisories {
  readonly advisories: readonly Advisory[];
  /** Where none could be read, and why. */
  readonly notRead: readonly { readonly what: string; readonly why: string }[];
}

/** The advisories that the repositories of a plan carry now. */
export async function repositoryAdvisories(plan: BuildPlan): Promise<RepositoryAdvisories> {
  if (packageFormatOfPlan(plan) === 'deb') {
    const why = 'repositories of deb packages carry none: --advisories=FILE';
    return { advisories: [], notRead: [{ what: 'advisories', why }] };
  }
  const advisories: Advisory[] = [];
  const notRead: { what: string; why: string }[] = [];
  for (const repository of plan.repositories) {
    const what = `advisories of ${withoutSecrets(repository.url)}`;
    const found = await updateinfoOf(plan, repository);
    if ('why' in found) {
      notRead.push({ what, why: found.why });
      continue;
    }
    try {
      for (const one of readUpdateinfo(found.text)) advisories.push(one);
    } catch (error) {
      if (!(error instanceof RootimgError)) throw error;
      notRead.push({ what, why: error.message });
    }
  }
  return { advisories, notRead };
}

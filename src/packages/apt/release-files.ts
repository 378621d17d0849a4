import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../base/errors.ts';
import { isFolder } from '../../base/exists.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import { digestOfFile, unreachableProblem, whyUnreachable } from '../repository-files.ts';
import { hostProxies } from './host-apt.ts';
import { debFiles } from './plain-index.ts';
import { suitesThere } from './offered-suites.ts';

/** Looks whether every repository has its InRelease or Release file, or its packages where it has no index. */
export async function checkRepositories(plan: BuildPlan): Promise<Problem[]> {
  if (plan.repositories.length === 0) {
    const message = `There is no repository to install from (pkgdir=${plan.request.srcdir ?? ''}).`;
    return [
      {
        code: 'no-repository',
        message,
        hint: 'Name a mirror with its suite in pkgdir: URL SUITE COMPONENTS.',
      },
    ];
  }
  const proxies = await hostProxies(plan);
  const found = await Promise.all(
    plan.repositories.map(async (repository) => {
      const reason = await whyUnusable(plan, repository, proxies);
      if (reason === undefined) return [];
      const suites = /answers 404|there is no/.test(reason)
        ? await suitesThere(plan, repository, proxies)
        : [];
      const hint = suites.length > 0 && { hint: `Suites that are there: ${suites.join(', ')}.` };
      return [{ ...unreachableProblem(repository, reason), ...hint }];
    }),
  );
  return found.flat();
}

async function whyUnusable(
  plan: BuildPlan,
  repository: Repository,
  proxies: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  if (repository.deb?.plain === true && repository.keptIn === undefined) {
    const folder = fileURLToPath(repository.url);
    return (await isFolder(folder)) ? undefined : `there is no folder ${folder}`;
  }
  let first: string | undefined;
  for (const path of indexFiles(repository)) {
    const reason = await whyUnreachable(plan, repository, path, proxies);
    if (reason === undefined) return undefined;
    first ??= reason;
  }
  return first;
}

/** The files of which a repository has one, as apt looks for them. */
function indexFiles({ deb, unchecked, keptIn }: Repository): string[] {
  if (keptIn !== undefined) return ['Packages'];
  const suite = deb?.suite ?? './';
  const flat = suite.endsWith('/');
  const folder = flat ? suite.replace(/^\.?\//, '') : `dists/${suite}/`;
  const packages = flat && unchecked !== undefined ? ['Packages', 'Packages.gz', 'Packages.xz'] : [];
  return ['InRelease', 'Release', ...packages].map((name) => `${folder}${name}`);
}

/**
 * Digest of what says the digests of all its packages: InRelease or Release, Packages where it has neither; of
 * the names, sizes and times of the files where it has no index.
 */
export async function repositoryState(plan: BuildPlan, repository: Repository): Promise<string | undefined> {
  if (repository.deb?.plain === true && repository.keptIn === undefined)
    return plainState(fileURLToPath(repository.url));
  const proxies = await hostProxies(plan);
  for (const path of indexFiles(repository)) {
    const digest = await digestOfFile(plan, repository, path, proxies);
    if (digest !== undefined) return digest;
  }
  return undefined;
}

async function plainState(folder: string): Promise<string | undefined> {
  try {
    const hash = createHash('sha256');
    for (const name of await debFiles(folder)) {
      const { size, mtimeMs } = await stat(join(folder, name));
      hash.update(`${name}\0${size}\0${mtimeMs}\n`);
    }
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

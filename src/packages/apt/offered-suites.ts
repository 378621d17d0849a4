import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from '../../base/exists.ts';
import { readIfThere } from '../../base/read-if-there.ts';
import { localPath } from '../../base/url.ts';
import { debArchiveOf } from '../../family/archives.ts';
import type { BuildPlan, Repository } from '../../plan/build-plan.ts';
import { downloaded, placeOfRepository, whyUnreachable } from '../repository-files.ts';

type Proxies = Readonly<Record<string, string>>;

/** So many are shown at most. */
const most = 20;

const pockets = ['', '-updates', '-security', '-backports'];

/**
 * Suites that the place of a repository has. A server that shows no folders is asked for those of the
 * distribution. Empty where the repository is flat, and where nothing can be known.
 */
export async function suitesThere(
  plan: BuildPlan,
  repository: Repository,
  proxies: Proxies,
): Promise<string[]> {
  const suite = repository.deb?.suite ?? './';
  if (suite.endsWith('/') || repository.keptIn !== undefined) return [];
  const isThere = async (name: string) =>
    (await whyUnreachable(plan, repository, `dists/${name}/Release`, proxies)) === undefined;
  const shown = await shownFolders(plan, repository, proxies);
  if (shown.length > 0) return shown.slice(0, most);
  const archive = debArchiveOf(plan.image.osvers);
  const known = Object.values(archive?.suites ?? {}).flatMap((one) => pockets.map((end) => `${one}${end}`));
  const there = await Promise.all(known.map(isThere));
  return known.filter((_, index) => there[index]).slice(0, most);
}

/** Names of the folders in `dists/`. */
async function shownFolders(plan: BuildPlan, repository: Repository, proxies: Proxies): Promise<string[]> {
  const local = localPath(placeOfRepository(repository));
  if (local === undefined) {
    const page = (await downloaded(plan, repository, 'dists/', proxies))?.toString() ?? '';
    return [...page.matchAll(/href="([A-Za-z][\w.+-]*)\/"/g)].map(([, name = '']) => name);
  }
  const names = (await readdir(join(local, 'dists')).catch(() => [])).sort();
  const isSuite = await Promise.all(
    names.map(async (name) => {
      const folder = join(local, 'dists', name);
      return (await exists(join(folder, 'Release'))) || (await exists(join(folder, 'InRelease')));
    }),
  );
  return names.filter((_, index) => isSuite[index]);
}

/** Components that the Release file of a suite names. */
export async function componentsThere(
  plan: BuildPlan,
  repository: Repository,
  proxies: Proxies,
): Promise<string[]> {
  const path = `dists/${repository.deb?.suite ?? ''}/Release`;
  const local = localPath(placeOfRepository(repository));
  const release =
    local === undefined
      ? (await downloaded(plan, repository, path, proxies))?.toString()
      : await readIfThere(join(local, path));
  const [, names = ''] = /^Components:(.*)$/m.exec(release ?? '') ?? [];
  return names
    .trim()
    .split(/\s+/)
    .filter((name) => name !== '');
}

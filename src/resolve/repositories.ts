import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Origin, Problem } from '../base/errors.ts';
import { urlBelow } from '../base/url.ts';
import type { MediaRules } from '../family/family.ts';
import type { PackageEntry, PackagePass, Repository } from '../plan/build-plan.ts';
import { isUrl, listGap, splitCommaList } from './comma-list.ts';
import { unreadable } from './list-file.ts';
import { isFolder } from '../base/exists.ts';
import { foldersBetween, isRepository, repositoryFolders } from './repository-folders.ts';
import { subFolder } from './sub-folder.ts';

export interface RepositoryRequest {
  /** Comma lists of folders and URLs. */
  readonly pkgdir: string;
  readonly otherpkgdir: string;
  /** Undefined when no kernel version was asked for. */
  readonly kerneldir: string | undefined;
  /** Tell whose folders are needed: sub-repositories are named by the entries. */
  readonly otherPasses: readonly PackagePass[];
  readonly cwd: string;
  /** What may be below a pkgdir besides folders with `repodata`. */
  readonly rules?: MediaRules | undefined;
  /** Folders and URLs that count whatever pkgdir says. */
  readonly besides?: readonly string[];
}

export interface FoundRepositories {
  readonly repositories: readonly Repository[];
  /** The local folders of pkgdir and the repositories below them: keys lie there. */
  readonly pkgdirFolders: readonly string[];
  /** The folders between: media have the keys of all their products at their top. */
  readonly mediaFolders?: readonly string[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
  /** Addresses that a file of pkgdir asks to trust without a signature, and where it does. */
  readonly trusted?: readonly TrustedAddress[];
}

export interface TrustedAddress {
  readonly url: string;
  readonly origin: Origin;
}

interface Found {
  readonly repositories: Repository[];
  readonly pkgdirFolders: string[];
  readonly mediaFolders: string[];
  readonly problems: Problem[];
  readonly warnings: string[];
}

/**
 * Finds the repositories of an image: every `repodata` below each local pkgdir, URLs as they stand;
 * otherpkgdir and, for an entry `dir/sub/pkg`, its `dir/sub`; kerneldir when the kernel is pinned.
 */
export async function findRepositories(request: RepositoryRequest): Promise<FoundRepositories> {
  const found: Found = { repositories: [], pkgdirFolders: [], mediaFolders: [], problems: [], warnings: [] };
  await findPkgdirs(found, request);
  await findBesides(found, request);
  await findOthers(found, request);
  if (request.kerneldir !== undefined)
    await findKernels(found, resolve(request.cwd, request.kerneldir), request.rules);
  return found;
}

async function findPkgdirs(found: Found, { pkgdir, cwd, rules }: RepositoryRequest): Promise<void> {
  const { names, hasGap } = splitCommaList(pkgdir);
  if (hasGap) found.problems.push(listGap('pkgdir', pkgdir));
  for (const name of names) {
    if (isUrl(name)) {
      addUrl(found, name, 'pkgdir');
      continue;
    }
    const folder = resolve(cwd, name);
    try {
      const all = await repositoryFolders(folder, rules?.index);
      const folders = rules?.choose(all) ?? all;
      found.pkgdirFolders.push(folder, ...folders.flatMap((path) => [path, join(path, 'repodata')]));
      found.mediaFolders.push(...foldersBetween(folder, folders));
      if (folders.length === 0) found.problems.push(noRepository('pkgdir', folder));
      for (const path of folders) addFolder(found, path, 'pkgdir');
    } catch (error) {
      found.problems.push({
        ...unreadable(folder, 'pkgdir', undefined, error),
        hint: 'Copy the distribution there, mount it, or correct pkgdir.',
      });
    }
  }
}

/** What is found beside the distribution, and what is wrong with all of it together. */
async function findBesides(found: Found, { besides = [], rules }: RepositoryRequest): Promise<void> {
  for (const place of besides) {
    if (isUrl(place)) {
      addUrl(found, place, 'pkgdir');
      continue;
    }
    const folders = await repositoryFolders(place, rules?.index).catch(() => []);
    const local = folders.length === 0 && (await isRepository(place, rules)) ? [place] : folders;
    if (local.length === 0) found.problems.push(noRepository('the further folder', place));
    found.pkgdirFolders.push(...local.flatMap((path) => [path, join(path, 'repodata')]));
    for (const path of local) addFolder(found, path, 'pkgdir');
  }
  if (found.repositories.some(({ url }) => !url.startsWith('file:'))) return;
  for (const message of rules?.lacks(found.pkgdirFolders) ?? []) {
    const hint = 'Copy the medium that has it (copycds), or add its folder to pkgdir.';
    found.problems.push({ code: 'module-missing', message, hint });
  }
}

async function findOthers(
  found: Found,
  { otherpkgdir, otherPasses, cwd, rules }: RepositoryRequest,
): Promise<void> {
  const entries = otherPasses.flatMap((pass) => pass.install);
  if (entries.length === 0) return;
  const { names, hasGap } = splitCommaList(otherpkgdir);
  if (hasGap) found.problems.push(listGap('otherpkgdir', otherpkgdir));
  const plain = entries.filter((entry) => subFolder(entry) === '.');
  if (plain.length > 0) await findPlain(found, names, cwd, rules);
  const seen = new Set<string>();
  for (const entry of entries) {
    const sub = subFolder(entry);
    if (sub === '.' || seen.has(sub)) continue;
    seen.add(sub);
    await findSub(found, names, { cwd, rules }, sub, entry);
  }
}

async function findPlain(
  found: Found,
  names: readonly string[],
  cwd: string,
  rules: MediaRules | undefined,
): Promise<void> {
  for (const name of names) {
    const folder = resolve(cwd, name);
    if (isUrl(name)) addUrl(found, name, 'otherpkgdir', '');
    else if (await isRepository(folder, rules)) addFolder(found, folder, 'otherpkgdir', '');
    else
      found.warnings.push(
        `otherpkgdir ${folder} is not a repository (no repodata): packages without a folder in otherpkglist come from pkgdir.`,
      );
  }
}

async function findSub(
  found: Found,
  names: readonly string[],
  { cwd, rules }: Pick<RepositoryRequest, 'cwd' | 'rules'>,
  sub: string,
  entry: PackageEntry,
): Promise<void> {
  const urls = names.filter(isUrl);
  for (const url of urls) addUrl(found, urlBelow(url, sub), 'otherpkgdir', sub);
  const folders = names.filter((name) => !isUrl(name)).map((name) => resolve(cwd, name, sub));
  const local: string[] = [];
  for (const folder of folders) if (await isRepository(folder, rules)) local.push(folder);
  for (const folder of local) addFolder(found, folder, 'otherpkgdir', sub);
  if (urls.length > 0 || local.length > 0) return;
  const there = folders.length === 0 ? 'otherpkgdir is not set' : `looked for ${folders.join(', ')}`;
  const { file, line } = entry.origin;
  found.problems.push({
    code: 'no-repository',
    message: `'${entry.name}' asks for a repository '${sub}' in otherpkgdir, and there is none: ${there}.`,
    origin: line === undefined ? { file } : { file, line },
    hint: 'Put the packages there and run createrepo_c in that folder.',
  });
}

async function findKernels(found: Found, folder: string, rules: MediaRules | undefined): Promise<void> {
  if (!(await isFolder(folder))) return;
  const folders = await repositoryFolders(folder, rules?.index).catch((): string[] => []);
  if (folders.length === 0 && (await isRepository(folder, rules))) folders.push(folder);
  for (const path of folders) addFolder(found, path, 'kerneldir');
}

function addFolder(found: Found, folder: string, from: Repository['from'], sub?: string): void {
  addUrl(found, pathToFileURL(folder).href, from, sub);
}

/** `sub` is the folder of the entries that an otherpkgdir's repository is for. */
function addUrl(found: Found, url: string, from: Repository['from'], sub?: string): void {
  const index = found.repositories.findIndex((one) => one.url === url);
  const known = found.repositories[index];
  if (known === undefined) {
    const number = found.repositories.filter((one) => one.from === from).length;
    const folders = sub === undefined ? {} : { folders: [sub] };
    found.repositories.push({ id: `${from}-${number}`, url, from, ...folders });
  } else if (sub !== undefined && known.folders !== undefined && !known.folders.includes(sub)) {
    found.repositories[index] = { ...known, folders: [...known.folders, sub] };
  }
}

function noRepository(from: string, folder: string): Problem {
  return {
    code: 'no-repository',
    message: `There is no package repository (repodata) at or below ${from} ${folder}.`,
    hint: 'Run createrepo_c there, or correct the folder.',
  };
}

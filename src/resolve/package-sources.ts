import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { localPath } from '../base/url.ts';
import { folderOf } from '../family/families.ts';
import type { Family, MediaRules } from '../family/family.ts';
import type { PackagePass, PlanFile, Repository } from '../plan/build-plan.ts';
import { missingFiles, unknownSuites } from './deb/check-entries.ts';
import { findDebKeys, noKeyProblems, readSigners } from './deb/keys.ts';
import { findDebRepositories, trustProblems } from './deb/repositories.ts';
import { fitKeyFiles } from './fit-keys.ts';
import type { CompleteRequest } from './node-defaults.ts';
import { findKeys, readKeys } from './plan-files.ts';
import { profileFolders } from './profile-search.ts';
import { findRepolist, type FoundRepolist } from './repolist.ts';
import { findRepositories, type FoundRepositories } from './repositories.ts';
import { readRepositorySettings, withSettings } from './repository-settings.ts';
import { usualPkgdir } from './usual-folders.ts';

/** Where the packages of an image come from, and what their signatures are checked with. */
export interface PackageSources {
  readonly repositories: readonly Repository[];
  /** Those that count for every repository. */
  readonly keys: readonly PlanFile[];
  /** All keys. */
  readonly files: readonly PlanFile[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

export interface SourcesContext {
  readonly family: Family;
  readonly installdir: string;
  readonly netbootDir: string;
  readonly hostArch: string;
  readonly passes: readonly PackagePass[];
  readonly otherPasses: readonly PackagePass[];
  readonly cwd: string;
  /** Where the host keeps keys that it trusts; by default what the family says. */
  readonly systemKeys?: string | undefined;
  /** Where the host's own configuration of packages lies. */
  readonly hostRoot: string;
}

/** The one door to repositories and keys: what they are depends on the format of the packages. */
export async function findPackageSources(
  full: CompleteRequest,
  context: SourcesContext,
): Promise<PackageSources> {
  return context.family.packageFormat === 'deb' ? debSources(full, context) : rpmSources(full, context);
}

async function rpmSources(full: CompleteRequest, context: SourcesContext): Promise<PackageSources> {
  const { family, otherPasses, cwd, systemKeys } = context;
  const isFilled = !full.onlyinitrd && family.filling !== undefined;
  const rules = isFilled ? family.filling?.media : undefined;
  const list =
    rules === undefined ? noList : await findRepolist(full, profileFoldersOf(full, context), rules.list);
  const besides = [
    ...(rules === undefined ? [] : await foldersBesides(full, context, rules)),
    ...list.addresses,
  ];
  const found = isFilled
    ? await findRepositories({ ...placesOf(full), otherPasses, cwd, rules, besides })
    : none;
  const { pkgdirFolders, mediaFolders = [] } = found;
  const keys = await findKeys(family, [...pkgdirFolders, ...mediaFolders], systemKeys);
  const ofHost = systemKeys ?? family.filling?.keys.ofHost;
  const sources = await withNamed(full, cwd, found, { keys, ofHost });
  return {
    ...sources,
    files: [...sources.files, ...list.files],
    problems: [...sources.problems, ...list.problems],
  };
}

const noList: FoundRepolist = { addresses: [], files: [], problems: [] };

function profileFoldersOf({ osvers }: CompleteRequest, { installdir, netbootDir }: SourcesContext): string[] {
  return profileFolders(installdir, netbootDir, folderOf(osvers));
}

/** Folders beside those of pkgdir that count whatever it says (xCAT: sdk*). */
async function foldersBesides(
  full: CompleteRequest,
  { installdir }: SourcesContext,
  { besides }: MediaRules,
): Promise<string[]> {
  const folder = usualPkgdir(installdir, full);
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(besides))
    .sort()
    .map((name) => join(folder, name));
}

async function debSources(full: CompleteRequest, context: SourcesContext): Promise<PackageSources> {
  if (full.onlyinitrd) return { ...none, keys: [], files: [] };
  const { osvers, arch, mirror } = full;
  const found = await findDebRepositories({
    ...placesOf(full),
    ...context,
    osvers,
    arch,
    mirror,
  });
  const keyring = await findDebKeys(osvers, context.hostRoot);
  const ofHost = keyring[0] && dirname(keyring[0].path);
  const sources = await withNamed(full, context.cwd, found, { keys: keyring, ofHost });
  const { repositories, keys } = sources;
  const areFound = sources.problems.length === 0;
  const signers = await readSigners(repositories, sources.files, context.cwd);
  return {
    ...sources,
    files: [...sources.files, ...signers.files],
    problems: [
      ...sources.problems,
      ...signers.problems,
      ...(await missingFiles([...context.passes, ...context.otherPasses])),
      ...(await trustProblems(repositories, found.trusted ?? [])),
      ...(areFound ? unknownSuites(context.passes, repositories) : []),
      ...(areFound ? noKeyProblems(osvers, repositories, keys) : []),
    ],
  };
}

const none: FoundRepositories = { repositories: [], pkgdirFolders: [], problems: [], warnings: [] };

function placesOf(full: CompleteRequest) {
  const kerneldir = full.kernelver === undefined ? undefined : full.kerneldir;
  return { pkgdir: full.srcdir, otherpkgdir: full.otherpkgdir, kerneldir };
}

/** With what the administrator says of single repositories, and the keys that he names. */
async function withNamed(
  full: CompleteRequest,
  cwd: string,
  found: FoundRepositories,
  { keys, ofHost }: { keys: readonly PlanFile[]; ofHost: string | undefined },
): Promise<PackageSources> {
  const named = await readKeys(full.gpgkeys, cwd, keys);
  const { settings, problems } = readRepositorySettings(full.repositorysettings, cwd);
  const foreign = found.repositories.filter(isElsewhere);
  const others = [...(ofHost === undefined ? [] : [ofHost]), ...(found.mediaFolders ?? [])];
  const fit = fitKeyFiles([...keys, ...named.files], others, Date.now());
  return {
    repositories: found.repositories
      .filter((one) => !isElsewhere(one))
      .map((one) => withSettings(one, settings, full.nogpgcheck)),
    keys: fit.files,
    files: fit.files,
    problems: [...found.problems, ...foreign.map(elsewhere), ...named.problems, ...problems],
    warnings: [...found.warnings, ...fit.warnings],
  };
}

/** `file://server/path`: mostly a slash too few. */
function isElsewhere({ url }: Repository): boolean {
  return url.startsWith('file:') && localPath(url) === undefined;
}

function elsewhere({ url, from }: Repository): Problem {
  const message = `The repository ${url} of ${from} is not a folder of this host.`;
  const hint = 'An address of a folder has three slashes: file:///path. The path alone will do.';
  return { code: 'repository-item', message, hint };
}

import { join, resolve } from 'node:path';
import { type Problem, throwProblems } from '../base/errors.ts';
import type { BuildPlan, PlanFile, Repository } from '../plan/build-plan.ts';
import type { BuildRequest } from '../plan/request.ts';
import { checkOwnOptions } from './check-own-options.ts';
import { checkPkglist, emptyListWarnings } from './check-pkglist.ts';
import { modeProblems, partProblems, interfaceProblems, sizeProblems } from './check-values.ts';
import { splitCommaList } from './comma-list.ts';
import { readEnviron } from './environ.ts';
import { familyOf, folderOf } from '../family/families.ts';
import { pinKernel } from './kernel-pin.ts';
import { keptFolder, keptRepositories, readLockFile } from './lock-file.ts';
import { type CompleteRequest, withNodeDefaults } from './node-defaults.ts';
import type { PackageListKind } from './package-entry.ts';
import { type PackageLists, readPackageLists } from './package-list.ts';
import { findDriverUpdates } from './plan-files.ts';
import { readPostinstalls } from './postinstall.ts';
import { findSumsKey } from './sums-key.ts';
import { findPackageSources, type PackageSources } from './package-sources.ts';

export interface PlanContext {
  /** Holds a folder for each family. */
  readonly netbootDir: string;
  /** Of the site; `/install` on a node that knows no site. */
  readonly installdir: string;
  /** Of the site on the management node, where kernel and initrd go below it; absent elsewhere. */
  readonly tftpdir?: string | undefined;
  /** As `uname -m` says it. */
  readonly hostArch: string;
  /** For `$NAME` in includes of package lists. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths are relative to it. */
  readonly cwd: string;
  /** Where the host keeps keys that it trusts. */
  readonly systemKeys?: string;
  /** Where the host's own configuration of packages lies; `/` when it is not given. */
  readonly hostRoot?: string;
}

/**
 * Makes the plan of a build on this host: defaults, lists with all includes, repositories, keys, scripts,
 * digests. Reads files only; throws all that is wrong in one error.
 */
export async function resolveBuildPlan(request: BuildRequest, context: PlanContext): Promise<BuildPlan> {
  const { osvers, profile } = request;
  if (osvers === undefined || profile === undefined) {
    const message = 'The osvers (-o) and the profile (-p) of the image are needed.';
    throwProblems([
      {
        code: 'usage',
        message,
        hint: 'genimage --dryrun NAME on the management node prints the whole line.',
      },
    ]);
    throw new Error('unreachable');
  }
  const { arch, imageName } = request;
  throwProblems(partProblems({ '-o': osvers, '-p': profile, '-a': arch, 'The image name': imageName }));
  const family = folderOf(osvers);
  const full = await withNodeDefaults({ ...request, osvers, profile }, { ...context, family });
  const found = await findAll(full, request, family, context);
  throwProblems(found.problems);
  return makePlan(full, family, context, found);
}

interface Findings {
  readonly lists: PackageLists;
  readonly others: PackageLists;
  readonly sources: PackageSources;
  readonly environment: Readonly<Record<string, string>>;
  readonly scripts: BuildPlan['postinstall'];
  readonly files: readonly PlanFile[];
  readonly lock: BuildPlan['lock'];
  readonly problems: readonly Problem[];
}

async function findAll(
  full: CompleteRequest,
  request: BuildRequest,
  family: string,
  context: PlanContext,
): Promise<Findings> {
  const { cwd } = context;
  const environ = readEnviron(full.environvar);
  const variables = { ...context.env, ...environ.variables };
  const read = (kind: PackageListKind) =>
    readPackageLists(full.onlyinitrd ? undefined : full[kind], kind, {
      cwd,
      variables,
      packageFormat: familyOf(family).packageFormat,
    });
  const lists = await read('pkglist');
  const others = await read('otherpkglist');
  const sources = await findPackageSources(full, {
    ...context,
    family: familyOf(family),
    hostRoot: context.hostRoot ?? '/',
    passes: lists.passes,
    otherPasses: others.passes,
  });
  const post = await readPostinstalls(full.postinstall, cwd);
  const disks = join(context.installdir, 'driverdisk', full.osvers, full.arch);
  const drivers = await findDriverUpdates(full.driverupdatesrc, disks, cwd);
  const sumsKey = await findSumsKey(full.sumskey, cwd);
  const locked = await readLockFile(full.locked, cwd);
  return {
    lists,
    others,
    sources,
    environment: environ.variables,
    scripts: [...post.scripts],
    lock: locked.lock,
    files: [
      ...listFiles(lists, 'pkglist'),
      ...listFiles(others, 'otherpkglist'),
      ...[post, sources, drivers, sumsKey].flatMap(({ files }) => files),
    ],
    problems: [
      ...valueProblems(full),
      ...checkPkglist(full, request, { ...context, family }),
      ...[lists, others, post, environ, sources, drivers, sumsKey, locked].flatMap(
        ({ problems }) => problems,
      ),
    ],
  };
}

/** What is wrong with single values. */
function valueProblems(full: CompleteRequest): Problem[] {
  return [modeProblems, sizeProblems, interfaceProblems, checkOwnOptions].flatMap((check) => check(full));
}

function listFiles({ files, answers }: PackageLists, role: PackageListKind): PlanFile[] {
  return [
    ...files.map(({ path, sha256 }): PlanFile => ({ path, sha256, role })),
    ...answers.map(({ path, sha256 }): PlanFile => ({ path, sha256, role: 'debconf' })),
  ];
}

function makePlan(full: CompleteRequest, family: string, context: PlanContext, found: Findings): BuildPlan {
  return {
    schema: 1,
    request: full.stage === undefined ? full : { ...full, stage: resolve(context.cwd, full.stage) },
    image: {
      name: full.imageName,
      osvers: full.osvers,
      arch: full.arch,
      profile: full.profile,
      rootimgdir: resolve(context.cwd, full.rootimgdir),
      family,
      packageManager: familyOf(family).packageManager,
      releasever: familyOf(family).release(full.osvers),
    },
    passes: pinKernel(found.lists.passes, familyOf(family), full.kernelver, full.krpmver),
    otherPasses: [...found.others.passes],
    repositories: repositoriesOf(full, found, context),
    keys: found.sources.keys.map((key) => key.path),
    ...repeatable(full, found),
    postinstall: found.scripts,
    netdrivers: splitCommaList(full.netdrivers).names.map((name) => name.replace(/\.ko$/, '')),
    otherifce: [...splitCommaList(full.otherifce).names],
    files: [...found.files],
    ...(found.lock === undefined ? {} : { lock: found.lock }),
    postscriptsDir: join(context.installdir, 'postscripts'),
    ...(context.tftpdir === undefined
      ? {}
      : { tftpImageDir: join(context.tftpdir, 'xcat/osimage', full.imageName) }),
    warnings: [
      ...emptyListWarnings(full, [found.lists, found.others]),
      ...found.lists.warnings,
      ...found.others.warnings,
      ...found.sources.warnings,
    ],
  };
}

/** The environment; where a build is to be the same bytes each time its time is in there too. */
function repeatable(
  { sourceDateEpoch }: CompleteRequest,
  { environment }: Findings,
): Pick<BuildPlan, 'environment' | 'sourceDateEpoch'> {
  if (sourceDateEpoch === undefined) return { environment: { ...environment } };
  return {
    environment: { ...environment, SOURCE_DATE_EPOCH: sourceDateEpoch },
    sourceDateEpoch: Number(sourceDateEpoch),
  };
}

/** Of a locked build with kept packages those that the lock uses, in the folder that keeps them. */
function repositoriesOf(
  full: CompleteRequest,
  { sources, lock }: Findings,
  { cwd }: PlanContext,
): Repository[] {
  if (lock === undefined || full.keepPackages === undefined) return [...sources.repositories];
  const used = new Set(lock.repositories.map(({ id }) => id));
  const folder = keptFolder(resolve(cwd, full.keepPackages), full.imageName);
  return keptRepositories(sources.repositories, folder).filter(({ id }) => used.has(id));
}

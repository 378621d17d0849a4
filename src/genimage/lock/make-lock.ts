import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootimgError } from '../../base/errors.ts';
import { placeOf } from '../../base/url.ts';
import type { BroughtPackage, Locking, PackageChoice, UndigestedPackage } from '../../packages/manager.ts';
import { managerFor } from '../../packages/managers.ts';
import { packageTasks, type PlannedTask } from '../../packages/package-tasks.ts';
import { type BuildLock, type LockedPackage, type LockStep } from '../../plan/build-lock.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { inPhase, type Reporter } from '../../report/reporter.ts';
import { temporaryDir } from '../../system/temp.ts';
import { withScratchSession } from '../packages/scratch-session.ts';

export interface LockOptions {
  readonly reporter: Reporter;
  /** Seconds since 1970. */
  readonly now: number;
  /** An earlier lock, and the names that may move away from it; undefined: all may. */
  readonly hold?: { readonly lock: BuildLock; readonly moving: ReadonlySet<string> };
  /** Folder that gets the package files. */
  readonly keepIn?: string;
}

/**
 * Resolves all package lists of a plan over an empty tree and writes down every package of every pass, with its
 * digest as the repository says it. Only what several passes do one after the other, and what is to be kept, is
 * fetched; nothing is installed.
 */
export async function makeLock(plan: BuildPlan, options: LockOptions): Promise<BuildLock> {
  const { steps, versions } = await lockedSteps(plan, options);
  const { id, versions: ask } = await managerFor(plan);
  return describe(plan, steps, { id, versions: versions ?? (await ask()) }, options);
}

interface LockedSteps {
  readonly steps: readonly LockStep[];
  /** Of the manager's programs; undefined where they are still to be asked. */
  readonly versions: Record<string, string> | undefined;
}

async function lockedSteps(plan: BuildPlan, options: LockOptions): Promise<LockedSteps> {
  const { reporter, keepIn } = options;
  const scratch = { kind: 'lock', reporter, keepsFiles: keepIn !== undefined };
  return withScratchSession(plan, scratch, async ({ locking, checkNames }) => {
    if (locking === undefined) throw cannotLock(plan);
    const tasks = packageTasks(plan);
    const named = tasks.filter(({ task }) => task.command === 'install');
    // A single task tells by itself what no repository has.
    if (tasks.length > 1) {
      await inPhase(reporter, 'Look for packages', () =>
        checkNames({
          ...{ command: 'install', environment: named.flatMap(({ task }) => task.environment) },
          entries: named.flatMap(({ task }) => task.entries),
          repositories: plan.repositories.map(({ id }) => id),
        }),
      );
    }
    const found = await resolveSteps(locking, tasks, options);
    const digested = await withDigests(locking, found);
    if (keepIn !== undefined) await keepFiles(locking, packagesOf(digested), keepIn, reporter);
    return { steps: digested, versions: await locking.versions?.() };
  });
}

function cannotLock({ image }: BuildPlan): RootimgError {
  return new RootimgError(
    'lock-unsupported',
    `Images filled by ${image.packageManager} cannot be locked yet.`,
  );
}

type FoundStep = Omit<LockStep, 'packages'> & { readonly packages: readonly BroughtPackage[] };

async function resolveSteps(
  locking: Locking,
  tasks: readonly PlannedTask[],
  { reporter, hold, keepIn }: LockOptions,
): Promise<FoundStep[]> {
  const steps: FoundStep[] = [];
  const choice = hold && heldChoice(hold);
  for (const [index, { title, list, pass, task: planned }] of tasks.entries()) {
    const task = choice === undefined ? planned : { ...planned, choice };
    const { command } = task;
    steps.push(
      await inPhase(reporter, `Resolve: ${title}`, async () => {
        const { brings, removes } = await locking.transaction(task);
        // What comes later is resolved as after this; and only what was taken for done has been fetched.
        if (index < tasks.length - 1 || keepIn !== undefined) await locking.pretend(task);
        return { list, pass, command, packages: brings, removes: [...removes].sort() };
      }),
    );
  }
  return steps;
}

/** The packages of the earlier lock, except those that may move. */
function heldChoice({ lock, moving }: NonNullable<LockOptions['hold']>): PackageChoice {
  const held = packagesOf(lock.steps).filter(({ name }) => !moving.has(name));
  return { packages: held, others: 'any' };
}

/**
 * The digests that the repositories say. Throws `lock-digest` for packages that they say none of, or whose file
 * is not there.
 */
async function withDigests(locking: Locking, steps: readonly FoundStep[]): Promise<LockStep[]> {
  const word = (one: UndigestedPackage) => [one.repository, one.name, one.version, one.arch].join(' ');
  const untold = steps.flatMap(({ packages }) => packages.filter(({ digest }) => digest === undefined));
  const offered = untold.length === 0 ? [] : await locking.offers(untold);
  const found = new Map(offered.map((one) => [word(one), one]));
  const digested = (one: BroughtPackage): LockedPackage => {
    const { name, version, arch, repository } = one;
    const { digest = '', path } = one.digest === undefined ? (found.get(word(one)) ?? {}) : one;
    // Thousands of looks that do not wait for one another cost a multiple.
    const isThere = path === undefined || existsSync(path);
    if (isThere && /^[a-z0-9]+:[0-9a-f]{8,}$/.test(digest)) {
      return { name, version, arch, repository, digest };
    }
    const reason = isThere ? 'its repository tells no digest of it' : 'its file is not there';
    throw new RootimgError('lock-digest', `${name} ${version} cannot be locked: ${reason}.`);
  };
  return steps.map((step) => ({ ...step, packages: step.packages.map(digested) }));
}

/** All packages of all steps, each once. */
export function packagesOf(steps: readonly LockStep[]): LockedPackage[] {
  const all = steps.flatMap(({ packages }) => packages);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** What was kept before makes way when all of it is there. */
async function keepFiles(
  locking: Locking,
  packages: readonly LockedPackage[],
  folder: string,
  reporter: Reporter,
): Promise<void> {
  await inPhase(reporter, `Keep the packages in ${folder}`, async () => {
    await mkdir(dirname(folder), { recursive: true });
    const temporary = await temporaryDir(dirname(folder), 'keep');
    try {
      await locking.keep(packages, join(temporary, 'new'));
      await rename(folder, join(temporary, 'old')).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      await rename(join(temporary, 'new'), folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}

function describe(
  plan: BuildPlan,
  steps: readonly LockStep[],
  manager: BuildLock['manager'],
  { now }: LockOptions,
): BuildLock {
  const { name, osvers, arch, profile } = plan.image;
  const used = new Set(packagesOf(steps).map(({ repository }) => repository));
  return {
    ...{ schema: 1, image: { name, osvers, arch, profile }, epoch: now },
    manager,
    repositories: plan.repositories
      .filter(({ id }) => used.has(id))
      .map(({ id, url, deb }) => ({ id, url: placeOf(url), ...(deb && { suite: deb.suite }) })),
    files: lockedFiles(plan),
    environment: environmentDigest(plan),
    steps: [...steps],
  };
}

/** The files that decide a build, as a lock has them: sorted, the same file with the same role once. */
export function lockedFiles({ files }: BuildPlan): BuildLock['files'] {
  const all = files.map(({ role, path, sha256 }) => ({ role, path, sha256 }));
  const unique = new Map(all.map((one) => [`${one.role} ${one.path}`, one]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Hex digest of the variables of the build, but for its time. */
export function environmentDigest({ environment }: BuildPlan): string {
  const { SOURCE_DATE_EPOCH: _time, ...counted } = environment;
  const sorted = Object.entries(counted).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

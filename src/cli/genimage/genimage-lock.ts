import { mkdir } from 'node:fs/promises';
import { machine } from 'node:os';
import { dirname } from 'node:path';
import { readIfThere } from '../../base/read-if-there.ts';
import { type Problem, RootimgError, throwProblems } from '../../base/errors.ts';
import { lockProblems } from '../../genimage/lock/lock-preflight.ts';
import { makeLock } from '../../genimage/lock/make-lock.ts';
import { checkNamespaces } from '../../genimage/preflight/privilege.ts';
import { comparePackages } from '../../inspect/diff/compare-packages.ts';
import { diffLines } from '../../inspect/diff/diff-text.ts';
import { packageFormatOfPlan } from '../../packages/package-format.ts';
import { type BuildLock, lockText, packagesAfter } from '../../plan/build-lock.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import type { PackageId } from '../../plan/package-id.ts';
import { renderDryRun } from '../../render/dry-run.ts';
import type { Reporter } from '../../report/reporter.ts';
import { resolveBuildPlan } from '../../resolve/build-plan.ts';
import { keptFolder, readLockFile } from '../../resolve/lock-file.ts';
import { writeFileAtomic } from '../../system/publish.ts';
import { listenForStop } from '../../system/signals.ts';
import type { CommandIo } from '../io.ts';
import { sourceDateEpoch } from '../source-date-epoch.ts';
import type { GenimageJob } from './genimage-job.ts';

interface LockWords {
  readonly file: string;
  /** There must be one already, and it may move. */
  readonly update: boolean;
  /** The packages that may move; none: all. */
  readonly moving: readonly string[];
}

/** `genimage --lock` and `--update-lock`: writes the lock of an image, and what moves in it to standard output. */
export async function lockHere(
  io: CommandIo,
  { resolved, site, netboot }: GenimageJob,
  words: LockWords,
  reporter: Reporter,
): Promise<void> {
  listenForStop();
  for (const notice of resolved.notices) reporter.line(notice);
  const { keepPackages, ...request } = resolved.request;
  const before = await lockBefore(words, request.imageName ?? '', io.cwd);
  const where = { netbootDir: netboot, hostArch: machine(), env: io.env, cwd: io.cwd, ...site };
  const plan = await resolveBuildPlan(request, where);
  for (const warning of plan.warnings) reporter.warn(warning);
  throwProblems(await lockProblems(plan, renderDryRun(request, resolved.familyDir)));
  const moving = new Set(words.moving);
  const made = await makeLock(plan, {
    reporter,
    now: sourceDateEpoch(io) ?? Math.floor(Date.now() / 1000),
    ...(before !== undefined && moving.size > 0 ? { hold: { lock: before, moving } } : {}),
    ...(keepPackages === undefined ? {} : { keepIn: keptFolder(keepPackages, plan.image.name) }),
  }).catch(async (error: unknown) => {
    throwProblems(await checkNamespaces());
    throw error;
  });
  throwProblems(unknownNames(words.moving, [made, before]));
  const lock = before !== undefined && isSame(made, before) ? before : made;
  await mkdir(dirname(words.file), { recursive: true });
  if (lock !== before) await writeFileAtomic(words.file, lockText(lock));
  tellDifference(plan, before, lock, words.file, reporter);
}

async function lockBefore(
  { file, update }: LockWords,
  name: string,
  cwd: string,
): Promise<BuildLock | undefined> {
  const isThere = (await readIfThere(file)) !== undefined;
  if (isThere && !update) {
    throw new RootimgError('lock-exists', `There is a lock already: ${file}`, {
      hint: `genimage --update-lock ${name} makes it anew and tells what moves.`,
    });
  }
  if (!update) return undefined;
  const { lock, problems } = await readLockFile(file, cwd);
  throwProblems(problems);
  return lock;
}

function unknownNames(moving: readonly string[], locks: readonly (BuildLock | undefined)[]): Problem[] {
  const known = new Set(
    locks.flatMap((lock) => lock?.steps.flatMap(({ packages }) => packages.map(({ name }) => name)) ?? []),
  );
  return moving
    .filter((name) => !known.has(name))
    .map((name) => ({ code: 'lock-unknown', message: `The lock has no package '${name}'.` }));
}

/** When it was made is no difference. */
function isSame(a: BuildLock, b: BuildLock): boolean {
  return lockText({ ...a, epoch: 0 }) === lockText({ ...b, epoch: 0 });
}

function tellDifference(
  plan: BuildPlan,
  before: BuildLock | undefined,
  after: BuildLock,
  file: string,
  reporter: Reporter,
): void {
  const ids = (lock: BuildLock) => packagesAfter(lock.steps, { kept: false }).map((one) => idOf(plan, one));
  if (before === undefined) {
    reporter.line(`${file}: ${ids(after).length} packages`);
    return;
  }
  const packages = comparePackages(ids(before), ids(after));
  const same = before === after;
  const [from, to] = [`${plan.image.name} (lock of before)`, plan.image.name];
  const lines = diffLines({ schema: 1, from, to, same, packages, notCompared: [] });
  for (const line of lines) reporter.line(line);
  if (!same && packages.length === 0)
    reporter.line('No package moves; repositories, files or versions of tools do.');
}

function idOf(plan: BuildPlan, one: BuildLock['steps'][number]['packages'][number]): PackageId {
  const { name, version, arch, digest } = one;
  return { type: packageFormatOfPlan(plan), name, version, arch, digest };
}

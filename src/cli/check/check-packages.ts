import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Build, BuildContext } from '../../genimage/build-context.ts';
import { sharedEnvironment } from '../../packages/pass-repositories.ts';
import { openLogs } from '../../genimage/logs.ts';
import { openDnf } from '../../packages/dnf/dnf.ts';
import type { Dnf } from '../../packages/dnf/dnf-call.ts';
import { checkAvailable, checkResolves, dnfName } from '../../packages/dnf/dnf-names.ts';
import { defaultDatabasePath } from '../../packages/rpm/rpm-database.ts';
import { type Problem, problemsOf, RootimgError } from '../../base/errors.ts';
import type { BuildPlan, PackageEntry, PackagePass } from '../../plan/build-plan.ts';
import { plainTreePlace } from '../../system/tree/tree-place.ts';
import { workDir } from '../../system/work-dir.ts';

/**
 * Lets dnf resolve the lists over an empty root in the host's temporary folder; nothing is installed and nothing is left. Gives what is
 * missing by list, file and line, and what contradicts itself. Only for root on a host that could build the image.
 */
export async function checkPackages(plan: BuildPlan, context: BuildContext): Promise<Problem[]> {
  const folder = await workDir('check');
  try {
    const build = await scratchBuild(plan, context, folder);
    const dnf = await openDnf(build, defaultDatabasePath(plan));
    const names = await problemsWhile(() => checkNames(build, dnf));
    return names.length > 0 ? names : await problemsWhile(() => checkDependencies(build, dnf));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scratchBuild(plan: BuildPlan, context: BuildContext, folder: string): Promise<Build> {
  const root = join(folder, 'rootimg');
  const temporary = join(folder, 'build');
  for (const name of ['dev', 'proc', 'sys', 'run']) await mkdir(join(root, name), { recursive: true });
  await mkdir(temporary);
  return {
    plan,
    context,
    reporter: context.reporter,
    folder,
    root,
    place: plainTreePlace(folder),
    temporary,
    treeTemporary: temporary,
    logs: openLogs(join(temporary, 'logs'), join(folder, 'logs')),
    warnings: [],
    times: {},
    tree: { isNew: true, marked: false, changed: false },
  };
}

/** Every name of every list against every repository. */
async function checkNames(build: Build, dnf: Dnf): Promise<void> {
  const passes = [...build.plan.passes, ...build.plan.otherPasses];
  const entries = installed(passes);
  if (entries.length === 0) return;
  await checkAvailable(build, dnf, {
    command: 'install',
    names: namesOf(entries),
    entries,
    repositories: build.plan.repositories.map(({ id }) => id),
    environment: sharedEnvironment(passes),
  });
}

/** What the pkglists bring together; otherpkglists may remove before they install, which a single transaction cannot tell. */
async function checkDependencies(build: Build, dnf: Dnf): Promise<void> {
  const entries = installed(build.plan.passes);
  if (entries.length === 0) return;
  await checkResolves(build, dnf, {
    command: 'install',
    names: namesOf(entries),
    entries,
    repositories: build.plan.repositories.filter(({ from }) => from !== 'otherpkgdir').map(({ id }) => id),
    environment: sharedEnvironment(build.plan.passes),
  });
}

function installed(passes: readonly PackagePass[]): PackageEntry[] {
  return passes.flatMap((pass) => pass.install);
}

function namesOf(entries: readonly PackageEntry[]): string[] {
  return [...new Set(entries.map(dnfName))];
}

/** The problems that `work` throws, with the last lines of the tool where there are any. */
async function problemsWhile(work: () => Promise<void>): Promise<Problem[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof RootimgError)) throw error;
    const [first, ...more] = problemsOf(error);
    if (first === undefined || error.details.length === 0) return [...problemsOf(error)];
    return [{ ...first, message: [first.message, ...error.details].join('\n') }, ...more];
  }
}

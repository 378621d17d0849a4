import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageSite, Session } from '../../packages/manager.ts';
import { managerFor } from '../../packages/managers.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { inPhase, type Reporter } from '../../report/reporter.ts';
import { workDir } from '../../system/work-dir.ts';

interface ScratchOptions {
  /** What the folder in the host's temporary folder is for. */
  readonly kind: string;
  readonly reporter: Reporter;
  readonly keepsFiles?: boolean;
}

/**
 * Lets the package manager work on an empty tree in the host's temporary folder, for questions about a plan;
 * nothing is left of it.
 */
export async function withScratchSession<T>(
  plan: BuildPlan,
  options: ScratchOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const folder = await workDir(options.kind);
  try {
    const manager = await managerFor(plan);
    return await work(await manager.open(await scratchSite(plan, folder, options)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scratchSite(
  plan: BuildPlan,
  folder: string,
  { reporter, keepsFiles = false }: ScratchOptions,
): Promise<PackageSite> {
  const root = join(folder, 'rootimg');
  const temporary = join(folder, 'build');
  for (const name of ['dev', 'proc', 'sys', 'run']) await mkdir(join(root, name), { recursive: true });
  await mkdir(temporary);
  return {
    ...{ plan, root, temporary, treeTemporary: temporary, isNew: true, keepsFiles },
    log: (name) => join(temporary, name),
    keptLog: () => undefined,
    warn: (text) => reporter.warn(text),
    treeChanges: () => {},
    step: (title, work) => inPhase(reporter, title, work),
  };
}

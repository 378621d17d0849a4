import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apt } from '../../../src/packages/apt/apt.ts';
import type { PackageSite, PackageTask, Session } from '../../../src/packages/manager.ts';
import { emptyRequest } from '../../../src/plan/empty-request.ts';
import type { BuildPlan, Repository } from '../../../src/plan/build-plan.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { run } from '../../../src/system/exec.ts';
import { ensureSampleArchive } from '../../../tools/sample-archive/index.ts';

/** The release of the sample archive, which lies on this host: apt reads its few packages at once. */
export async function baseRepository(): Promise<Repository> {
  const { mirror, keyFile } = await ensureSampleArchive(silentReporter());
  const deb = { suite: 'jammy', components: ['main'], signedBy: [keyFile] };
  return { id: 'pkgdir-0', url: `file://${mirror}`, from: 'pkgdir', deb };
}

export function debPlan(rootimgdir: string, changes: Partial<BuildPlan>): BuildPlan {
  const image = { name: 'tiny', osvers: 'debian12', arch: 'x86_64', profile: 'compute' };
  return {
    schema: 1,
    request: { ...emptyRequest(), ...image, imageName: image.name, rootimgdir },
    image: { ...image, rootimgdir, family: 'debian', packageManager: 'apt', releasever: '12' },
    ...{ passes: [], otherPasses: [], repositories: [], keys: [], environment: {}, postinstall: [] },
    ...{ netdrivers: [], otherifce: [], files: [], warnings: [] },
    postscriptsDir: join(rootimgdir, 'postscripts'),
    ...changes,
  };
}

/** apt at work on a tree, outside of a build. */
export interface DebTree {
  readonly root: string;
  readonly said: { warnings: string[]; changed: boolean; steps: string[] };
  open(changes: Partial<BuildPlan>): Promise<Session>;
  /** Opens and does one task with all repositories. */
  apply(
    changes: Partial<BuildPlan>,
    task: Partial<PackageTask> & Pick<PackageTask, 'entries'>,
  ): Promise<Session>;
  leave(): Promise<void>;
}

/**
 * A tree of its own: a copy of `base`, or with nothing in it but the folders that a build makes. `manager` works
 * on it.
 */
export async function debTree(base?: string, manager = apt): Promise<DebTree> {
  const folder = await mkdtemp(join(tmpdir(), 'rootimg-deb-tree-'));
  const root = join(folder, 'rootimg');
  if (base === undefined) {
    for (const name of ['dev', 'proc', 'sys', 'run']) await mkdir(join(root, name), { recursive: true });
  } else await run(['cp', '-a', '--reflink=auto', base, root]);
  const said = { warnings: [] as string[], changed: false, steps: [] as string[] };
  let runs = 0;
  const open = async (changes: Partial<BuildPlan>) => {
    const temporary = join(folder, `run-${(runs += 1)}`);
    await mkdir(temporary);
    const site: PackageSite = {
      ...{ plan: debPlan(folder, changes), root, isNew: base === undefined, temporary },
      treeTemporary: temporary,
      log: (name) => join(folder, name),
      keptLog: (name) => join(folder, name),
      warn: (text) => void said.warnings.push(text),
      treeChanges: () => void (said.changed = true),
      step: (_, work) => work(silentReporter().phase('')),
    };
    return manager.open(site);
  };
  return {
    root,
    said,
    open,
    apply: async (changes, task) => {
      const session = await open(changes);
      const repositories = (changes.repositories ?? []).map(({ id }) => id);
      const phase = { ...silentReporter().phase(''), progress: (text: string) => void said.steps.push(text) };
      await session.apply({ command: 'install', environment: [], repositories, ...task }, phase);
      return session;
    },
    leave: () => rm(folder, { recursive: true, force: true }),
  };
}

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFolder, copyWhole } from '../../base/copy-file.ts';
import { exists } from '../../base/exists.ts';
import { type LockedPackage } from '../../plan/build-lock.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { nevra } from '../../plan/package-id.ts';
import { runOverRoot } from '../../sandbox/sandbox.ts';
import type {
  BroughtPackage,
  Locking,
  OfferedPackage,
  PackageTask,
  Transaction,
  UndigestedPackage,
} from '../manager.ts';
import { isPackageFile } from '../package-files.ts';
import { filesOfLists, isSamePackage, safeLocation } from '../rpm/lock-files.ts';
import { needsNetwork, type Zypper, type ZypperRun } from './zypper-call.ts';
import { resolveTask } from './zypper-names.ts';
import { kindOf, metadataOf, offeredBy, type PlacedPackage } from './zypper-offers.ts';
import type { SummedPackage } from './zypper-output.ts';
import { fetchOnly } from './zypper-run.ts';

/** What locks need of zypper's session. */
export interface ZypperLockSite {
  readonly zypper: Zypper;
  /** A task as zypper is told it, with the choice of packages that it sees. */
  turnOf(task: PackageTask): Promise<ZypperRun>;
  /** Does `work` while what the task excludes is locked. */
  withExcluded<T>(task: PackageTask, work: () => Promise<T>): Promise<T>;
  /** The scratch tree gets the keys that packages are checked with. */
  trustKeys(): Promise<void>;
}

/** A transaction with what tells its packages apart. */
interface Look {
  readonly run: ZypperRun;
  readonly brings: readonly BroughtPackage[];
  readonly removes: readonly SummedPackage[];
}

/**
 * Locks of images that zypper fills. A task is taken for done in the database of the scratch tree alone, by
 * rpm, as zypper has no such option.
 */
export function zypperLocking(site: ZypperLockSite): Locking {
  let last: { readonly task: PackageTask; readonly look: Look } | undefined;
  const look = async (task: PackageTask): Promise<Look> => {
    if (last?.task !== task) last = { task, look: await lookAt(site, task) };
    return last.look;
  };
  return {
    transaction: async (task): Promise<Transaction> => {
      const { brings, removes } = await look(task);
      return { brings, removes: removes.map(({ name, arch }) => `${name}.${arch}`) };
    },
    pretend: async (task) => {
      await pretend(site, task, await look(task));
      last = undefined;
    },
    offers: (packages) => offers(site.zypper, packages),
    keep: (packages, folder) => keep(site.zypper, packages, folder),
  };
}

async function lookAt(site: ZypperLockSite, task: PackageTask): Promise<Look> {
  const run = await site.turnOf(task);
  if (run.command !== 'update' && run.names.length === 0) return { run, brings: [], removes: [] };
  const report = await site.withExcluded(task, () => resolveTask(site.zypper, run));
  const { removes } = report;
  return { run, brings: await withRepositories(site.zypper, run, report.brings), removes };
}

/**
 * Each package as its repository offers it: of several that have the same one, the first of the plan, which a
 * build from the lock then takes it from.
 */
async function withRepositories(
  zypper: Zypper,
  run: ZypperRun,
  packages: readonly SummedPackage[],
): Promise<BroughtPackage[]> {
  const { plan } = zypper.site;
  const names = new Set(packages.map(({ name }) => name));
  const named = run.entries.some(({ name }) => isPackageFile(name));
  const from = new Map<string, OfferedPackage>();
  const tell = (offered: readonly OfferedPackage[]) => {
    for (const one of offered) if (!from.has(nevra(one))) from.set(nevra(one), one);
  };
  if (named) tell(await filesOfLists(zypper.host, plan));
  for (const repository of plan.repositories) {
    if (run.repositories.includes(repository.id)) tell(await offeredBy(zypper, repository, names));
  }
  return packages.map((one) => ({ ...one, ...(from.get(nevra(one)) ?? { repository: '' }) }));
}

async function pretend(site: ZypperLockSite, task: PackageTask, { run, brings, removes }: Look) {
  const { zypper } = site;
  await site.trustKeys();
  if (brings.length > 0 && needsNetwork(zypper, run)) {
    await site.withExcluded(task, () => fetchOnly(zypper, run));
  }
  const files = await filesOf(zypper, brings);
  const alone = ['--justdb', '--nodeps', '--noscripts', '--notriggers'];
  const erased = removes.map((one) => nevra({ ...one, version: one.version.replace(/^\d+:/, '') }));
  if (erased.length > 0) await rpm(zypper, ['--erase', ...alone, ...erased]);
  const put = ['--force', '--ignorearch', '--ignoresize', '--nosignature', '--noorder'];
  if (files.length > 0) await rpm(zypper, ['--upgrade', ...alone, ...put, ...files]);
}

async function rpm({ host }: Zypper, words: readonly string[]): Promise<void> {
  const argv = ['rpm', '--root', host.root, ...words];
  await runOverRoot(host.root, argv, { rpmMacros: host.macros }, { action: 'take packages for installed' });
}

/** The files of packages, on this host or fetched. */
async function filesOf(zypper: Zypper, packages: readonly UndigestedPackage[]): Promise<string[]> {
  const names = new Set(packages.map(({ name }) => name));
  const wanted = new Set(packages.map(nevra));
  const found = new Map<string, string>();
  const take = async (one: OfferedPackage, location?: string) => {
    if (!wanted.has(nevra(one)) || found.has(nevra(one))) return;
    const path = one.path ?? (location && (await fetched(zypper, one, location)));
    if (path !== undefined) found.set(nevra(one), path);
  };
  for (const repository of zypper.site.plan.repositories) {
    for (const one of await offeredBy(zypper, repository, names)) await take(one, one.location);
  }
  if (packages.some(({ repository }) => repository === 'file')) {
    for (const one of await filesOfLists(zypper.host, zypper.site.plan)) await take(one);
  }
  return [...found.values()];
}

async function fetched(
  { host }: Zypper,
  { repository }: OfferedPackage,
  location: string,
): Promise<string | undefined> {
  const path = join(host.shared, 'cache/packages', repository, safeLocation(location));
  return (await exists(path)) ? path : undefined;
}

async function offers(zypper: Zypper, packages: readonly UndigestedPackage[]): Promise<OfferedPackage[]> {
  const names = new Set(packages.map(({ name }) => name));
  const used = new Set(packages.map(({ repository }) => repository));
  const found: OfferedPackage[] = [];
  for (const repository of usedOf(zypper.site.plan, used))
    found.push(...(await offeredBy(zypper, repository, names)));
  if (used.has('file')) found.push(...(await filesOfLists(zypper.host, zypper.site.plan)));
  return found;
}

const usedOf = ({ repositories }: BuildPlan, used: ReadonlySet<string>) =>
  repositories.filter(({ id }) => used.has(id));

async function keep(zypper: Zypper, packages: readonly LockedPackage[], folder: string): Promise<void> {
  const used = new Set(packages.map(({ repository }) => repository));
  for (const repository of usedOf(zypper.site.plan, used)) {
    const mine = packages.filter((one) => one.repository === repository.id);
    const target = join(folder, repository.id);
    await mkdir(target, { recursive: true });
    if ((await kindOf(zypper, repository)) !== 'plain')
      await copyFolder(await metadataOf(zypper, repository), target);
    const known = await offeredBy(zypper, repository, new Set(mine.map(({ name }) => name)));
    for (const one of mine) {
      const there = known.find((other) => isSamePackage(one, other));
      if (there !== undefined) await keepFile(zypper, there, target);
    }
  }
}

/** zypper may have fetched it from another repository that has the same. */
async function keepFile(zypper: Zypper, one: PlacedPackage, target: string): Promise<void> {
  const [from] = one.path === undefined ? await filesOf(zypper, [one]) : [one.path];
  if (from === undefined) return;
  const to = join(target, safeLocation(one.location));
  await mkdir(dirname(to), { recursive: true });
  await copyWhole(from, to);
}

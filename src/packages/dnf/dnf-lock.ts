import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { copyFolder, copyWhole } from '../../base/copy-file.ts';
import { exists } from '../../base/exists.ts';
import { readIfThere } from '../../base/read-if-there.ts';
import type { LockedPackage } from '../../plan/build-lock.ts';
import type { Repository } from '../../plan/build-plan.ts';
import type { Locking, OfferedPackage, PackageTask, Transaction, UndigestedPackage } from '../manager.ts';
import { filesOfLists, isSamePackage, localFile, safeLocation } from '../rpm/lock-files.ts';
import { readPrimary } from '../rpm/primary.ts';
import { callDnf, type Dnf, type DnfRun, needsNetwork } from './dnf-call.ts';
import { failureOf } from './dnf-names.ts';
import { emptyDnfReport } from './dnf-output.ts';
import { runsOf } from './dnf-run.ts';
import { resolveTelling } from './dnf-telling.ts';
import { dnfVersion } from './dnf-version.ts';

/** What rpm is told so that a package is taken for installed: no file is unpacked, no script is run. */
const databaseAlone = '--setopt=tsflags=justdb,noscripts,notriggers';

/** Locks of images that dnf of either generation fills. */
export function dnfLocking(dnf: Dnf, turnOf: TurnOf): Locking {
  let rpm: string | undefined;
  return {
    transaction: async (task) => {
      const { dnf: own, run } = await turnOf(task);
      const [names = [], ...later] = runsOf(run.names);
      const found = [await resolveTelling(own, { ...run, names })];
      for (const more of later) {
        await pretend((await turnOf(task, 'change')).dnf, { ...run, names });
        found.push(await resolveTelling(own, { ...run, names: more }));
      }
      rpm ??= found[0]?.rpm;
      return together(found);
    },
    pretend: async (task) => {
      const { dnf: own, run } = await turnOf(task, 'change');
      for (const names of runsOf(run.names)) await pretend(own, { ...run, names });
    },
    offers: (packages) => offers(dnf, packages),
    keep: (packages, folder) => keep(dnf, packages, folder),
    versions: async () => (rpm === undefined ? undefined : { rpm, dnf: await dnfVersion() }),
  };
}

/** dnf with the configuration of one task, and the task as dnf takes it. */
export interface DnfTurn {
  readonly dnf: Dnf;
  readonly run: DnfRun;
}

/** What dnf is given for a task that is only looked at, or that changes packages and so checks them. */
export type TurnOf = (task: PackageTask, purpose?: 'look' | 'change') => Promise<DnfTurn>;

function together(all: readonly Transaction[]): Transaction {
  return {
    brings: all.flatMap(({ brings }) => brings),
    removes: all.flatMap(({ removes }) => removes),
  };
}

async function pretend(dnf: Dnf, run: DnfRun): Promise<void> {
  const report = emptyDnfReport();
  const argv = [...dnf.dialect.argv({ ...dnf.session, interactive: false }, run), databaseAlone];
  const onLine = (line: string) => void dnf.dialect.readLine(line, report);
  const call = { network: needsNetwork(dnf, run), asks: false, onLine };
  const { stdout, stderr, exitCode } = await callDnf(dnf, argv, run, call);
  if (exitCode !== 0) throw failureOf(dnf, run, report, `${stdout}\n${stderr}`, exitCode);
}

async function offers(dnf: Dnf, packages: readonly UndigestedPackage[]): Promise<OfferedPackage[]> {
  const { repositories } = dnf.site.plan;
  const chosen = repositories.filter(({ id }) => packages.some(({ repository }) => repository === id));
  const found = await inMetadata(dnf, chosen, new Set(packages.map(({ name }) => name)));
  if (packages.some(({ repository }) => repository === 'file'))
    found.push(...(await filesOfLists(dnf.host, dnf.site.plan)));
  return found;
}

/** What the metadata of these repositories says of all packages of these names. */
export async function inMetadata(
  dnf: Dnf,
  repositories: readonly Repository[],
  names: ReadonlySet<string>,
): Promise<OfferedPackage[]> {
  const found: OfferedPackage[] = [];
  // What another task of this run has fetched is what it has resolved with; a folder of this host is as near.
  const places = await Promise.all(
    repositories.map(async (one) => (await findCache(dnf, one)) ?? (await folderOf(one))),
  );
  const unread = repositories.filter((_, index) => places[index] === undefined);
  if (unread.length > 0) await readMetadata(dnf, unread);
  for (const [index, repository] of repositories.entries()) {
    const place = places[index] ?? (await cacheOf(dnf, repository));
    for (const { location, ...one } of await readPrimary(join(place, 'repodata'), names)) {
      found.push({ ...one, repository: repository.id, ...localFile(repository, location) });
    }
  }
  return found;
}

/** The metadata of these repositories, in dnf's cache. */
async function readMetadata(dnf: Dnf, repositories: readonly Repository[]): Promise<void> {
  const run: DnfRun = {
    ...{ command: 'makecache', names: [], entries: [], environment: [] },
    repositories: repositories.map(({ id }) => id),
  };
  const report = emptyDnfReport();
  const onLine = (line: string) => void dnf.dialect.readLine(line, report);
  const call = { network: needsNetwork(dnf, run), asks: false, looksOnly: true, onLine };
  const argv = dnf.dialect.argv(dnf.session, run);
  const { stdout, stderr, exitCode } = await callDnf(dnf, argv, run, call);
  if (exitCode !== 0) throw failureOf(dnf, run, report, `${stdout}\n${stderr}`, exitCode);
}

/** Where dnf caches what it has of a repository: `<id>-<16 hex digits>`. */
async function findCache({ host }: Dnf, { id }: Repository): Promise<string | undefined> {
  const folder = join(host.shared, 'cache');
  const names = await readdir(folder).catch(() => []);
  const name = names.find((one) => one.startsWith(`${id}-`) && /^[0-9a-f]+$/.test(one.slice(id.length + 1)));
  return name === undefined || !(await exists(join(folder, name, 'repodata/repomd.xml')))
    ? undefined
    : join(folder, name);
}

/**
 * The folder of this host that a repository is, where its metadata lie in it; where they lie elsewhere dnf finds
 * them.
 */
async function folderOf(repository: Repository): Promise<string | undefined> {
  const { path } = localFile(repository, '');
  const index = path === undefined ? undefined : await readIfThere(join(path, 'repodata/repomd.xml'));
  if (index === undefined) return undefined;
  const places = [...index.matchAll(/<location ([^>]*)>/g)].map(([, words = '']) => words);
  return places.every((words) => /^href="repodata\/[^/"]+"\s*\/?$/.test(words)) ? path : undefined;
}

async function cacheOf(dnf: Dnf, repository: Repository): Promise<string> {
  const found = await findCache(dnf, repository);
  if (found === undefined) throw new Error(`dnf has cached nothing of ${repository.id}`);
  return found;
}

async function keep(dnf: Dnf, packages: readonly LockedPackage[], folder: string): Promise<void> {
  for (const repository of dnf.site.plan.repositories) {
    const mine = packages.filter((one) => one.repository === repository.id);
    if (mine.length === 0) continue;
    const target = join(folder, repository.id);
    const cache = await cacheOf(dnf, repository);
    await copyFolder(join(cache, 'repodata'), join(target, 'repodata'));
    const known = await readPrimary(join(cache, 'repodata'), new Set(mine.map(({ name }) => name)));
    for (const one of mine) {
      const there = known.find((other) => isSamePackage(one, other));
      if (there === undefined) continue;
      const from =
        localFile(repository, there.location).path ?? join(cache, 'packages', basename(there.location));
      const to = join(target, safeLocation(there.location));
      await mkdir(dirname(to), { recursive: true });
      await copyWhole(from, to);
    }
  }
}

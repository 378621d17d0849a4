import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../../base/copy-file.ts';
import { fileDigest } from '../../system/file-digest.ts';
import type { LockedPackage } from '../../plan/build-lock.ts';
import { parsePackageWord } from '../../plan/package-id.ts';
import type { BroughtPackage, Locking, OfferedPackage, PackageTask, UndigestedPackage } from '../manager.ts';
import { controlFields } from '../deb/control-fields.ts';
import { isPackageFile } from '../package-files.ts';
import type { Apt, AptTask } from './apt-call.ts';
import { askForBase, askHostFor, type Delivery, fetchPackages, wordOfFile } from './apt-fetch.ts';
import { fieldOf, type IndexedPackage, listsReader, type ReadLists } from './apt-lists.ts';
import type { PreparedRepository } from './apt-open.ts';
import { repositoryIdsAt } from './apt-settle.ts';
import { namesIn, statusAfter } from './pretended.ts';

/** What locks need of apt's session. */
export interface AptLockSite {
  readonly apt: Apt;
  readonly prepared: readonly PreparedRepository[];
  /** A task as apt is told it; `there`: names of the packages that are installed. */
  taskOf(task: PackageTask, there: ReadonlySet<string>): Promise<AptTask>;
  /** A task with all repositories. */
  all(): Promise<AptTask>;
}

/** With what reads the indexes. */
interface LockSite extends AptLockSite {
  readonly lists: ReadLists;
}

/** What a task would do, with what makes dpkg's status of it. */
interface Look {
  readonly brings: readonly BroughtPackage[];
  readonly removes: readonly string[];
  readonly after: string;
}

/**
 * Locks of images that apt fills: the host's apt resolves every task on the status that dpkg would have after
 * those before.
 */
export function aptLocking(lockSite: AptLockSite): Locking {
  const { apt, prepared, all } = lockSite;
  const site = { ...lockSite, lists: listsReader(apt, prepared, all) };
  let status = '';
  let last: { readonly task: PackageTask; readonly look: Look } | undefined;
  const look = async (task: PackageTask): Promise<Look> => {
    if (last?.task !== task) last = { task, look: await lookAt(site, task, status) };
    return last.look;
  };
  return {
    transaction: look,
    pretend: async (task) => {
      status = (await look(task)).after;
      last = undefined;
    },
    offers: (packages) => offers(site, packages),
    keep: (packages, folder) => keep(site, packages, folder),
  };
}

async function lookAt(site: LockSite, task: PackageTask, status: string): Promise<Look> {
  const { apt } = site;
  const run = await site.taskOf(task, namesIn(status));
  // The first packages come with those without which there is no apt. The tree has no status yet.
  const isFirst = status === '' && task.command === 'install';
  const base = await described(site, isFirst ? await askForBase(apt, run) : []);
  const before = statusAfter(status, { brings: base.stanzas, removes: [] });
  const statusFile = join(apt.folder, 'state/pretended');
  await writeFile(statusFile, before);
  const nothing = run.command === 'remove' && run.words.length === 0;
  const { deliveries, removes } = nothing
    ? { deliveries: [], removes: [] }
    : await askHostFor(apt, { ...run, statusFile });
  const { brings, stanzas } = await described(site, deliveries);
  return {
    brings: [...base.brings, ...brings],
    removes,
    after: statusAfter(before, { brings: stanzas, removes }),
  };
}

/** A package as each of the repositories that it may come from would have it. */
function candidates(
  { prepared }: LockSite,
  { url, name }: Delivery,
): [UndigestedPackage, ...UndigestedPackage[]] {
  const { type: _, ...id } = parsePackageWord(wordOfFile(name));
  const [first = '', ...others] = url.startsWith('file:') ? ['file'] : repositoryIdsAt(prepared, url);
  return [{ ...id, repository: first }, ...others.map((repository) => ({ ...id, repository }))];
}

/** What is to be fetched, and the paragraphs of the indexes, or of the files themselves, that tell of it. */
async function described(
  site: LockSite,
  deliveries: readonly Delivery[],
): Promise<{ readonly brings: BroughtPackage[]; readonly stanzas: string[] }> {
  const wanted = deliveries.map((one) => candidates(site, one));
  const files = deliveries.filter(({ url }) => url.startsWith('file:'));
  const find = await finderOf(site, wanted.flat());
  const found = wanted.map((those) => those.map(find).find((one) => one !== undefined));
  const brings = wanted.map(([first], index) => {
    const there = found[index];
    return there === undefined ? first : { ...first, repository: there.repository.id, ...fileOf(there) };
  });
  const controls = files.map(({ url }) => controlFields(decodeURIComponent(url.replace(/^file:/, ''))));
  const indexed = [...new Set(found)].flatMap((one) => (one === undefined ? [] : [one.stanza]));
  return { brings, stanzas: [...indexed, ...(await Promise.all(controls))] };
}

/** The file of a package, as its index tells of it. */
function fileOf({ digest, url }: IndexedPackage): Pick<OfferedPackage, 'digest' | 'path'> {
  return { digest, ...(url.startsWith('copy:') && { path: url.slice('copy:'.length) }) };
}

/** Gives what finds exactly one of these packages in the indexes. */
async function finderOf(
  site: LockSite,
  packages: readonly UndigestedPackage[],
): Promise<(one: UndigestedPackage) => IndexedPackage | undefined> {
  const names = new Set(packages.map(({ name }) => name));
  const listed = names.size === 0 ? [] : await site.lists(names);
  const word = ({ name, version, arch }: Omit<UndigestedPackage, 'repository'>, repository: string) =>
    [repository, name, version, arch].join(' ');
  const found = new Map<string, IndexedPackage>();
  // Of an index that has it twice the first.
  for (const one of [...listed].reverse()) found.set(word(one, one.repository.id), one);
  return (one) => found.get(word(one, one.repository));
}

async function offers(site: LockSite, packages: readonly UndigestedPackage[]): Promise<OfferedPackage[]> {
  const names = new Set(packages.map(({ name }) => name));
  const listed = await site.lists(names);
  const found = listed.map((one): OfferedPackage => {
    const { name, version, arch, repository } = one;
    return { name, version, arch, repository: repository.id, ...fileOf(one) };
  });
  return [...found, ...(await filesOfLists(site.apt, packages))];
}

/** The package files that the lists name. */
async function filesOfLists(
  { site: { plan } }: Apt,
  packages: readonly UndigestedPackage[],
): Promise<OfferedPackage[]> {
  if (!packages.some(({ repository }) => repository === 'file')) return [];
  const passes = [...plan.passes, ...plan.otherPasses];
  const paths = passes.flatMap(({ install }) => install.map(({ name }) => name).filter(isPackageFile));
  return Promise.all(
    [...new Set(paths)].map(async (path) => {
      const control = await controlFields(path);
      const id = { name: fieldOf(control, 'Package'), version: fieldOf(control, 'Version') };
      const digest = `sha256:${await fileDigest(path)}`;
      return { ...id, arch: fieldOf(control, 'Architecture'), repository: 'file', digest, path };
    }),
  );
}

/** apt writes an epoch as `%3a`, and would take such a name in an index for another one. */
function keptName(name: string): string {
  return name.replaceAll('%3a', '.');
}

/** Each repository becomes a flat one with an index of what was kept (`Packages`). */
async function keep(site: LockSite, packages: readonly LockedPackage[], folder: string): Promise<void> {
  const { apt } = site;
  const find = await finderOf(site, packages);
  const found = packages.map(find).filter((one) => one !== undefined);
  const deliveries = found.map(({ url, name, version, arch, digest }): Delivery => ({
    // A path of this host is not written as an address yet.
    url: url.startsWith('copy:') ? url.replaceAll('%', '%25') : url,
    name: `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`,
    hash: digest.replace('sha256:', 'SHA256:'),
  }));
  const task = await site.all();
  await apt.site.step('Fetch the packages', (phase) => fetchPackages(apt, task, deliveries, phase));
  const indexes = new Map<string, string[]>();
  for (const [index, { repository, stanza }] of found.entries()) {
    const name = deliveries[index]?.name ?? '';
    const target = join(folder, repository.id);
    await mkdir(target, { recursive: true });
    await copyWhole(join(apt.folder, 'archives', name), join(target, keptName(name)));
    const kept = stanza.replace(/^Filename: .*$/m, () => `Filename: ./${keptName(name)}`);
    indexes.set(target, [...(indexes.get(target) ?? []), kept]);
  }
  for (const [target, stanzas] of indexes) {
    await writeFile(join(target, 'Packages'), `${[...stanzas].sort().join('\n\n')}\n`);
  }
}

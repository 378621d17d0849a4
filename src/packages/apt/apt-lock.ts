import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../../base/copy-file.ts';
import { fileDigest } from '../../system/file-digest.ts';
import type { LockedPackage } from '../../plan/build-lock.ts';
import { parsePackageWord } from '../../plan/package-id.ts';
import type { Locking, OfferedPackage, PackageTask, UndigestedPackage } from '../manager.ts';
import { controlFields } from '../deb/control-fields.ts';
import { isPackageFile } from '../package-files.ts';
import { type Apt, type AptTask, callHostApt, commandWords } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { askForBase, askHostFor, type Delivery, fetchPackages, hostWord, wordOfFile } from './apt-fetch.ts';
import { fieldOf, type IndexedPackage, readLists } from './apt-lists.ts';
import type { PreparedRepository } from './apt-open.ts';
import { emptyAptReport, readAptLine } from './apt-output.ts';
import { repositoryIdOf } from './apt-settle.ts';
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

/** What a task would do, with what makes dpkg's status of it. */
interface Look {
  readonly brings: readonly UndigestedPackage[];
  readonly removes: readonly string[];
  readonly after: string;
}

/**
 * Locks of images that apt fills: the host's apt resolves every task on the status that dpkg would have after
 * those before.
 */
export function aptLocking(site: AptLockSite): Locking {
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

async function lookAt(site: AptLockSite, task: PackageTask, status: string): Promise<Look> {
  const { apt } = site;
  const statusFile = join(apt.folder, 'state/pretended');
  const run = { ...(await site.taskOf(task, namesIn(status))), statusFile };
  // The first packages come with those without which there is no apt.
  await writeFile(statusFile, status);
  const first = status === '' && task.command === 'install' ? await askForBase(apt, run) : [];
  const base = await stanzasOf(site, first);
  const before = statusAfter(status, { brings: base, removes: [] });
  await writeFile(statusFile, before);
  const nothing = run.command === 'remove' && run.words.length === 0;
  const deliveries = nothing ? [] : await askHostFor(apt, run);
  const removes = nothing ? [] : await removedBy(apt, run);
  const brings = await stanzasOf(site, deliveries);
  return {
    brings: [...first, ...deliveries].map((one) => undigested(site, one)),
    removes,
    after: statusAfter(before, { brings, removes }),
  };
}

function undigested({ prepared }: AptLockSite, { url, name }: Delivery): UndigestedPackage {
  const { type: _, ...id } = parsePackageWord(wordOfFile(name));
  const repository = repositoryIdOf(prepared, url);
  return { ...id, repository: repository === '@commandline' ? 'file' : (repository ?? '') };
}

/** The paragraphs of the indexes, or of the files themselves, that tell of what is to be fetched. */
async function stanzasOf(site: AptLockSite, deliveries: readonly Delivery[]): Promise<string[]> {
  const wanted = deliveries.map((one) => undigested(site, one));
  const files = deliveries.filter(({ url }) => url.startsWith('file:'));
  const found = await indexedOf(site, wanted);
  return [
    ...found.map(({ stanza }) => stanza),
    ...(await Promise.all(
      files.map(({ url }) => controlFields(decodeURIComponent(url.replace(/^file:/, '')))),
    )),
  ];
}

/** What the indexes have of exactly these packages, each once. */
async function indexedOf(
  site: AptLockSite,
  packages: readonly UndigestedPackage[],
): Promise<IndexedPackage[]> {
  const names = new Set(packages.map(({ name }) => name));
  if (names.size === 0) return [];
  const listed = await readLists(site.apt, site.prepared, await site.all(), names);
  return packages.flatMap((one) => {
    const found = listed.find(
      ({ name, version, arch, repository }) =>
        name === one.name && version === one.version && arch === one.arch && repository.id === one.repository,
    );
    return found === undefined ? [] : [found];
  });
}

async function removedBy(apt: Apt, task: AptTask): Promise<string[]> {
  const report = emptyAptReport();
  const words = task.words.map((word) => hostWord(apt, word));
  const argv = ['apt-get', '--simulate', '--quiet', ...commandWords({ ...task, words })];
  const result = await callHostApt(apt, argv, task, (line) => void readAptLine(line, report));
  if (result.exitCode !== 0) throwAptError(apt, task, report, result);
  return [...result.stdout.matchAll(/^(?:Remv|Purg) (\S+)/gm)].map(([, name = '']) => name);
}

async function offers(site: AptLockSite, packages: readonly UndigestedPackage[]): Promise<OfferedPackage[]> {
  const names = new Set(packages.map(({ name }) => name));
  const listed = await readLists(site.apt, site.prepared, await site.all(), names);
  const found = listed.map(({ name, version, arch, repository, digest, url }): OfferedPackage => {
    const path = url.startsWith('copy:') ? url.slice('copy:'.length) : undefined;
    return { name, version, arch, repository: repository.id, digest, ...(path !== undefined && { path }) };
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
async function keep(site: AptLockSite, packages: readonly LockedPackage[], folder: string): Promise<void> {
  const { apt } = site;
  const found = await indexedOf(site, packages);
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

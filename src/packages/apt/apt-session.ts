import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyWhole } from '../../base/copy-file.ts';
import { throwProblems } from '../../base/errors.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import { treeHas } from '../../system/tree-file.ts';
import type { PackageSite, PackageTask, Session } from '../manager.ts';
import { isPackageFile } from '../package-files.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';
import { makeBase } from './apt-base.ts';
import type { Apt, AptTask } from './apt-call.ts';
import { aptLocking } from './apt-lock.ts';
import { checkAvailable, resolveOnHost } from './apt-names.ts';
import { openApt, type PreparedRepository, writeSources } from './apt-open.ts';
import { pinText } from './apt-pins.ts';
import { runTask, simulate } from './apt-run.ts';
import { recordOrigins, settleImage } from './apt-settle.ts';
import { updateLists } from './apt-update.ts';
import { aptWord, wantedBy } from './apt-words.ts';
import { checkArrived, installedIn } from './arrived.ts';
import type { BaseMaker } from './base-maker.ts';
import { setAnswers } from './debconf.ts';

/** Makes apt ready to work on a tree. The indexes are fetched at once: what is wrong with a repository is told first. */
export async function openAptSession(site: PackageSite, maker: BaseMaker): Promise<Session> {
  const { prepared, ...apt } = await openApt(site);
  const sources = sourcesOf(apt, prepared);
  const localFiles = new Map<string, string>();
  let pins = 0;
  const taskOf = async (task: PackageTask, there?: ReadonlySet<string>): Promise<AptTask> => {
    const words: string[] = [];
    for (const entry of entriesOf(site.root, task, there)) {
      const word = aptWord(entry, site.plan.repositories);
      words.push(isPackageFile(word) ? await fileInFolder(apt, entry, localFiles) : word);
    }
    const pinned = pinText(task);
    const pinFile = pinned === undefined ? undefined : `${(pins += 1)}.pref`;
    if (pinFile !== undefined) await writeFile(join(apt.folder, 'pins', pinFile), pinned ?? '');
    return {
      ...task,
      words: [...new Set(words)],
      sources: await sources(task.repositories),
      recommends: task.recommends === true,
      pins: pinFile,
    };
  };
  const all = {
    entries: [],
    environment: [] as string[],
    repositories: site.plan.repositories.map(({ id }) => id),
  };
  const every = () => taskOf({ ...all, command: 'upgrade' });
  await site.step('Read the repositories', async () => updateLists(apt, await every()));
  let hasBase = await treeHas(site.root, 'usr/bin/apt-get');
  return {
    checkNames: async (task) => checkAvailable(apt, await taskOf(task)),
    resolve: async (task) => ({
      touched: (hasBase
        ? await simulate(apt, await taskOf(task))
        : await resolveOnHost(apt, await taskOf(task))
      ).touched,
    }),
    apply: async (task, phase) => {
      const run = await taskOf(task);
      if (!hasBase) {
        if (run.command === 'install') await resolveOnHost(apt, run);
        site.treeChanges();
        await makeBase(apt, maker, run, phase);
        hasBase = true;
      }
      await setAnswers(apt, run, task.debconf ?? []);
      if (run.command === 'remove' && run.words.length === 0) return [];
      await runTask(apt, run, phase);
      if (run.command === 'install') await checkArrived(apt, run);
      return [];
    },
    settle: async () => {
      await recordOrigins(apt, prepared);
      await settleImage(apt, prepared);
    },
    locking: aptLocking({ apt, prepared, taskOf, all: every }),
  };
}

/** What is to be removed and is not there needs nothing. */
function entriesOf(
  root: string,
  { command, entries }: PackageTask,
  installed?: ReadonlySet<string>,
): readonly PackageEntry[] {
  if (command !== 'remove') return entries;
  const there = installed ?? new Set(installedIn(root).map(({ name }) => name));
  return entries.filter(({ name }) => {
    const wanted = wantedBy(name);
    return wanted.kind !== 'package' || there.has(wanted.name);
  });
}

/** Copies a package file of a list to where the image's apt sees it, once; gives its path there. */
async function fileInFolder(apt: Apt, entry: PackageEntry, known: Map<string, string>): Promise<string> {
  const { name: path, origin } = entry;
  const name = known.get(path) ?? `${known.size + 1}.deb`;
  if (!known.has(path)) {
    await copyWhole(path, join(apt.folder, 'files', name)).catch(() => {
      const message = `The package file ${path} cannot be read.`;
      const { file, line } = origin;
      throwProblems([
        { code: 'package-missing', message, origin: line === undefined ? { file } : { file, line } },
      ]);
    });
  }
  known.set(path, name);
  return `${sharedInside}/files/${name}`;
}

/** Names of files with the sources of a choice of repositories, each written once. */
function sourcesOf(apt: Apt, prepared: readonly PreparedRepository[]) {
  const names = new Map<string, string>();
  return async (ids: readonly string[]): Promise<string> => {
    const chosen = prepared.filter(({ repository }) => ids.includes(repository.id));
    const key = chosen.map(({ repository }) => repository.id).join();
    const name = names.get(key) ?? `${names.size}.sources`;
    if (!names.has(key)) await writeSources(apt, chosen, name);
    names.set(key, name);
    return name;
  };
}

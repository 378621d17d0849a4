import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { treeHas } from '../../system/tree-file.ts';
import type { PackageSite, PackageTask, Session } from '../manager.ts';
import { isPackageFile } from '../package-files.ts';
import { sharedInside } from '../../sandbox/sandbox.ts';
import { makeBase } from './apt-base.ts';
import type { Apt, AptTask } from './apt-call.ts';
import { checkAvailable, resolveOnHost } from './apt-names.ts';
import { openApt, type PreparedRepository, writeSources } from './apt-open.ts';
import { runTask, simulate } from './apt-run.ts';
import { settleImage } from './apt-settle.ts';
import { updateLists } from './apt-update.ts';
import { aptWord } from './apt-words.ts';
import { checkArrived } from './arrived.ts';
import { setAnswers } from './debconf.ts';

/** Makes apt ready to work on a tree. The indexes are fetched at once: what is wrong with a repository is told first. */
export async function openAptSession(site: PackageSite): Promise<Session> {
  const { prepared, ...apt } = await openApt(site);
  const sources = sourcesOf(apt, prepared);
  let files = 0;
  const localFiles = new Map<string, string>();
  const taskOf = async (task: PackageTask): Promise<AptTask> => {
    const words: string[] = [];
    for (const entry of task.entries) {
      const word = aptWord(entry, site.plan.repositories);
      if (!isPackageFile(word)) words.push(word);
      else {
        const name = localFiles.get(word) ?? `${(files += 1)}.deb`;
        if (!localFiles.has(word)) await copyFile(word, join(apt.folder, 'files', name));
        localFiles.set(word, name);
        words.push(`${sharedInside}/files/${name}`);
      }
    }
    return {
      ...task,
      words: [...new Set(words)],
      sources: await sources(task.repositories),
      recommends: task.recommends === true,
    };
  };
  const all = {
    entries: [],
    environment: [] as string[],
    repositories: site.plan.repositories.map(({ id }) => id),
  };
  await site.step('Read the repositories', async () =>
    updateLists(apt, await taskOf({ ...all, command: 'upgrade' })),
  );
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
        await makeBase(apt, run, phase);
        hasBase = true;
      }
      await setAnswers(apt, run, task.debconf ?? []);
      await runTask(apt, run, phase);
      if (run.command === 'install') await checkArrived(apt, run);
      return [];
    },
    settle: () => settleImage(apt, prepared),
  };
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

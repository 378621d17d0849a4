import { type Problem, throwProblems } from '../../base/errors.ts';
import type { PackageEntry } from '../../plan/build-plan.ts';
import { hasArrived, notArrived } from '../rpm/arrived.ts';
import { type InstalledNames, readInstalledNames } from '../rpm/installed-names.ts';
import { type Dnf, dnfLog, type DnfRun } from './dnf-call.ts';
import { readGroups } from './dnf-groups.ts';
import { dnfName } from './dnf-names.ts';
import { readTreeFile } from '../../system/tree-file.ts';

/**
 * Looks in the image's own package database whether all that a pass asked for has arrived. Throws what has
 * not, each with the line of the list that names it.
 */
export async function checkArrived(dnf: Dnf, task: DnfRun): Promise<void> {
  const installed = await readInstalledNames(dnf.host);
  const problems: Problem[] = [];
  const groups: PackageEntry[] = [];
  for (const entry of task.entries) {
    const name = dnfName(entry);
    if (name.startsWith('@')) {
      const module = await moduleState(dnf.site.root, name.slice(1));
      if (module === 'enabled') continue;
      if (module === 'none') groups.push(entry);
      else problems.push(notArrived(entry, dnfLog, `the module is ${module}`));
    } else if (!(await hasArrived(dnf.host, name, installed))) problems.push(notArrived(entry, dnfLog));
  }
  problems.push(...(await missingGroups(dnf, task, groups, installed)));
  throwProblems(problems);
}

/** A group has arrived when the packages that it must bring are there, as far as a repository has them. */
async function missingGroups(
  dnf: Dnf,
  task: DnfRun,
  entries: readonly PackageEntry[],
  { spellings, provides }: InstalledNames,
): Promise<Problem[]> {
  if (entries.length === 0) return [];
  const groups = await readGroups(
    dnf,
    task,
    entries.map((entry) => dnfName(entry).slice(1)),
  );
  return entries.flatMap((entry) => {
    const members = groups.get(dnfName(entry).slice(1)) ?? [];
    const there = members.filter((member) => spellings.has(member) || provides.has(member));
    return members.length === 0 || there.length > 0
      ? []
      : [notArrived(entry, dnfLog, 'none of its packages is there')];
  });
}

/**
 * State of `name:stream/profile` in the image, as dnf writes it down (dnf, modularity: etc/dnf/modules.d).
 */
async function moduleState(root: string, words: string): Promise<string> {
  const [, name = '', stream] = /^([^:/]+)(?::([^:/]+))?/.exec(words) ?? [];
  const text = await readTreeFile(root, `etc/dnf/modules.d/${name}.module`);
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text ?? '')?.[1]?.trim() ?? '';
  if (text === undefined) return stream === undefined ? 'none' : 'not known';
  if (value('state') !== 'enabled') return value('state') || 'not enabled';
  return stream === undefined || value('stream') === stream ? 'enabled' : `at stream ${value('stream')}`;
}

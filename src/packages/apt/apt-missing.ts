import { throwProblems } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { type Apt, type AptTask, callHostApt } from './apt-call.ts';
import { missingProblems } from './apt-failure.ts';
import type { AptReport } from './apt-output.ts';
import { wantedBy } from './apt-words.ts';

/** So many words are shown at most. */
const most = 10;

/** Names of all packages that the repositories have. */
export async function knownNames(apt: Apt, task: AptTask): Promise<string[]> {
  return (await callHostApt(apt, ['apt-cache', 'pkgnames'], task)).stdout.split('\n');
}

/** Throws what a run of apt has missed, all in one error, with what may be meant or is there instead. */
export async function throwMissing(apt: Apt, task: AptTask, report: AptReport): Promise<void> {
  if (report.missing.size === 0) return;
  const known = await knownNames(apt, task);
  const instead = new Map<string, readonly string[]>();
  for (const word of report.missing.keys()) {
    const offered = await offeredInstead(apt, task, word);
    instead.set(word, offered.length > 0 ? offered : nearNames(wantedBy(word).name, known));
  }
  throwProblems(
    missingProblems(task.entries, report, apt.site.plan.repositories, (word) => instead.get(word) ?? []),
  );
}

/**
 * What lists may say in place of `name=version` or `name/suite`, which no repository has: the same package in
 * the versions, or from the suites, that there are. Empty for other words.
 */
async function offeredInstead(apt: Apt, task: AptTask, word: string): Promise<string[]> {
  const [, mark] = /^[^=/]+([=/])/.exec(word) ?? [];
  if (mark === undefined) return [];
  const { name } = wantedBy(word);
  const { stdout } = await callHostApt(apt, ['apt-cache', 'madison', '--', name], task);
  return offeredWords(stdout, name, mark);
}

/** Those words, of what `apt-cache madison` prints; the newest version first. */
export function offeredWords(output: string, name: string, mark: string): string[] {
  const found = output.split('\n').flatMap((line) => {
    const [, version = '', place = ''] = line.split('|').map((part) => part.trim());
    const suite = / (\S+?)\/\S* \S+ Packages$/.exec(place)?.[1] ?? '';
    const value = mark === '=' ? version : suite;
    return !place.endsWith(' Packages') || value === '' || value === '.' ? [] : [`${name}${mark}${value}`];
  });
  return [...new Set(found)].slice(0, most);
}

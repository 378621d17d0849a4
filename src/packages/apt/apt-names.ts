import type { RunResult } from '../../system/exec.ts';
import { type Apt, type AptTask, callHostApt, commandWords } from './apt-call.ts';
import { hostWord } from './apt-fetch.ts';
import { knownNames, throwMissing } from './apt-missing.ts';
import { throwAptError } from './apt-failure.ts';
import { type AptReport, emptyAptReport, readAptLine } from './apt-output.ts';
import { wantedBy } from './apt-words.ts';

/** Looks which names of `task` no repository has, without changing anything, and throws them all in one error. */
export async function checkAvailable(apt: Apt, task: AptTask): Promise<void> {
  const { report } = await askHost(apt, task);
  await throwMissing(apt, task, report);
}

/**
 * What a task would do on a tree that has nothing yet; throws names that no repository has, and what
 * contradicts itself. Changes nothing.
 */
export async function resolveOnHost(apt: Apt, task: AptTask): Promise<AptReport> {
  const { report, result } = await askHost(apt, task);
  await throwMissing(apt, task, report);
  if (result.exitCode !== 0) throwAptError(apt, task, report, result);
  return report;
}

async function askHost(apt: Apt, task: AptTask): Promise<{ report: AptReport; result: RunResult }> {
  const report = emptyAptReport();
  const words = task.words.map((word) => hostWord(apt, word));
  const argv = ['apt-get', '--simulate', '--quiet', ...commandWords({ ...task, words })];
  const result = await callHostApt(apt, argv, task, (line) => void readAptLine(line, report));
  for (const word of await guessedWords(apt, task)) report.missing.set(word, 'Unable to locate package');
  return { report, result };
}

/**
 * Words whose name no package has, but which apt would take for a regular expression: a name with a dot or a
 * plus that it does not know.
 */
async function guessedWords(apt: Apt, task: AptTask): Promise<string[]> {
  const names = task.words.flatMap((word) => {
    const { kind, name } = wantedBy(word);
    return kind === 'package' && /[.+]/.test(name) ? [name] : [];
  });
  if (names.length === 0) return [];
  const known = new Set(await knownNames(apt, task));
  const unknown = names.filter((name) => !known.has(name));
  const guessed: string[] = [];
  for (const name of unknown) {
    const { stdout } = await callHostApt(apt, ['apt-cache', 'showpkg', '--', name], task);
    // It takes names for expressions too.
    const own = stdout.split(/^(?=Package: )/m).find((part) => part.startsWith(`Package: ${name}\n`));
    if (own === undefined || !/^Reverse Provides: *\n\S/m.test(own)) guessed.push(name);
  }
  return guessed;
}

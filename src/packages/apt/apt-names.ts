import { throwProblems } from '../../base/errors.ts';
import type { RunResult } from '../../system/exec.ts';
import { type Apt, type AptTask, callHostApt, commandWords } from './apt-call.ts';
import { missingProblems, throwAptError } from './apt-failure.ts';
import { type AptReport, emptyAptReport, readAptLine } from './apt-output.ts';
import { nearNames } from './near-names.ts';
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
  // Files lie elsewhere for the host.
  const words = task.words.map((word) => word.replace(/^\/run\/rootimg\/shared\//, `${apt.folder}/`));
  const argv = ['apt-get', '--simulate', '--quiet', ...commandWords({ ...task, words })];
  const result = await callHostApt(apt, argv, task, (line) => void readAptLine(line, report));
  // apt takes a name with a dot that it does not know for a pattern.
  for (const [word, chosen] of report.guessed) {
    if (wantedBy(word).kind !== 'pattern') {
      report.missing.set(word, `Unable to locate package ${word}, but ${chosen}`);
    }
  }
  return { report, result };
}

async function throwMissing(apt: Apt, task: AptTask, report: AptReport): Promise<void> {
  if (report.missing.size === 0) return;
  const { stdout } = await callHostApt(apt, ['apt-cache', 'pkgnames'], task);
  const known = stdout.split('\n');
  throwProblems(
    missingProblems(task.entries, report, apt.site.plan.repositories, (word) =>
      nearNames(wantedBy(word).name, known),
    ),
  );
}

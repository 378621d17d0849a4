import { callZypper, needsNetwork, type Zypper, zypperLog, type ZypperRun } from './zypper-call.ts';
import { isFine, zypperError } from './zypper-failure.ts';
import { emptyZypperReport, type ZypperReport } from './zypper-output.ts';
import { absentModules } from './suse-modules.ts';

/** Looks which names of `task` no repository has, without changing anything, and throws them all. */
export async function checkAvailable(zypper: Zypper, task: ZypperRun): Promise<void> {
  const report = emptyZypperReport();
  const { exitCode, stderr } = await tryZypper(zypper, task, report);
  if (report.missing.length === 0) return;
  // What contradicts itself is told by the pass that asks for it.
  report.conflicts.length = 0;
  report.licences.length = 0;
  throw failureOf(zypper, task, report, stderr, exitCode);
}

/** What zypper would do for `task`; throws what contradicts itself. Changes nothing. */
export async function resolveTask(zypper: Zypper, task: ZypperRun): Promise<ZypperReport> {
  const report = emptyZypperReport();
  const { exitCode, stderr } = await tryZypper(zypper, task, report);
  if (isFine(exitCode) || isNothingToRemove(task, report, exitCode)) return report;
  throw failureOf(zypper, task, report, stderr, exitCode);
}

/** What is to be removed and is not there needs nothing. */
export function isNothingToRemove(
  { command }: Pick<ZypperRun, 'command'>,
  report: ZypperReport,
  exitCode: number,
): boolean {
  return command === 'remove' && exitCode === 104 && report.conflicts.length === 0;
}

/** The error of a run that ended badly. */
export function failureOf(
  { site }: Zypper,
  task: Pick<ZypperRun, 'entries'>,
  report: ZypperReport,
  output: string,
  exitCode: number,
) {
  const { plan, keptLog } = site;
  return zypperError({
    ...{ report, output, exitCode, entries: task.entries },
    ...{ repositories: plan.repositories, logFile: keptLog(zypperLog) },
    ...(report.missing.length > 0 ? { missingHint: absentModules(plan) } : {}),
  });
}

/** Lets zypper resolve a run and say what it would do, and do nothing. */
function tryZypper(zypper: Zypper, task: ZypperRun, report: ZypperReport) {
  const dry = { ...task, options: [...(task.options ?? []), '--dry-run'] };
  return callZypper(zypper, dry, report, { network: needsNetwork(zypper, task), looksOnly: true });
}

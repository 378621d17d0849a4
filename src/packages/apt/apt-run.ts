import { readTreeFile, removeFromTree, treeHas, writeTreeFile } from '../../system/tree-file.ts';
import type { Phase } from '../../report/reporter.ts';
import type { RunResult } from '../../system/exec.ts';
import { type Apt, type AptTask, callInImage, imageAptArgv } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { askImage, fetchPackages } from './apt-fetch.ts';
import { throwMissing } from './apt-missing.ts';
import { type AptReport, emptyAptReport, readAptLine } from './apt-output.ts';
import { policyText } from './stubs.ts';

/**
 * Runs the command with its file descriptor 3 leading to our standard output by a pipe of its own: apt makes
 * the descriptor that it tells its state by non-blocking, and a script of a package whose output shares it
 * fails when nobody reads for a moment.
 */
const withStatus = `exec 4>&1
code=$({ { "$@" 3>&5 >&4 4>&- 5>&- 6>&-; echo $? >&6; } 5>&1 | cat >&4; } 6>&1)
exit "$code"
`;

/** What a task would do, asked of the image's apt; throws what contradicts itself. */
export async function simulate(apt: Apt, task: AptTask): Promise<AptReport> {
  const report = emptyAptReport();
  const onLine = (line: string) => void readAptLine(line, report);
  const result = await callInImage(apt, imageAptArgv(task, ['--simulate', '--quiet']), task, { onLine });
  await throwMissing(apt, task, report);
  if (result.exitCode !== 0) throwAptError(apt, task, report, result);
  return report;
}

/** Fetches what a task needs and does it; shows its steps in `phase`. */
export async function runTask(apt: Apt, task: AptTask, phase: Phase): Promise<void> {
  const { site } = apt;
  if (task.command !== 'remove') await fetchPackages(apt, task, await askImage(apt, task), phase);
  site.treeChanges();
  const asks = site.plan.request.interactive;
  const options = asks ? [] : ['--yes', '--quiet', '-o', 'APT::Status-Fd=3'];
  const argv = imageAptArgv(task, options);
  const report = emptyAptReport();
  const onLine = (line: string) => {
    const step = readAptLine(line, report);
    if (step !== undefined && !asks) phase.progress(step.text, Math.round(step.percent), 100);
  };
  const result = await withoutServices(site.root, () =>
    callInImage(apt, asks ? argv : ['sh', '-c', withStatus, 'status', ...argv], task, { onLine, asks }),
  );
  if (result.exitCode !== 0) throwAptError(apt, task, report, result);
}

const policy = 'usr/sbin/policy-rc.d';

/** Does `work` while the image says that no service may start; what it said before, it says again. */
export async function withoutServices(root: string, work: () => Promise<RunResult>): Promise<RunResult> {
  const own = await readTreeFile(root, policy);
  await writeTreeFile(root, policy, policyText, 0o755);
  try {
    return await work();
  } finally {
    // A package may have brought one of its own meanwhile.
    const now = (await treeHas(root, policy)) ? await readTreeFile(root, policy) : undefined;
    if (now === policyText) {
      if (own === undefined) await removeFromTree(root, policy);
      else await writeTreeFile(root, policy, own, 0o755);
    }
  }
}

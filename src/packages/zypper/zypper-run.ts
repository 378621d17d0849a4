import type { Phase } from '../../report/reporter.ts';
import type { ScriptletFailure } from '../manager.ts';
import { callZypper, needsNetwork, type Zypper, type ZypperRun } from './zypper-call.ts';
import { isFine } from './zypper-failure.ts';
import { failureOf, isNothingToRemove } from './zypper-names.ts';
import { emptyZypperReport } from './zypper-output.ts';

/**
 * Runs zypper once on the tree; shows its steps in `phase`. What comes from servers is fetched first, so that
 * scriptlets have no network. Throws the error that names what failed; gives the scriptlets that did.
 */
export async function runZypper(zypper: Zypper, task: ZypperRun, phase: Phase): Promise<ScriptletFailure[]> {
  const { interactive } = zypper.session;
  // A person is asked once: before the download where there is one.
  const fetches = task.command !== 'remove' && needsNetwork(zypper, task);
  if (fetches) await runOnce(zypper, { ...task, options: ['--download-only'] }, phase, true, interactive);
  return runOnce(zypper, task, phase, false, interactive && !fetches);
}

/** Fetches the packages of a run and does not install them. */
export async function fetchOnly(zypper: Zypper, task: ZypperRun): Promise<void> {
  const report = emptyZypperReport();
  const fetch = { ...task, options: ['--download-only'] };
  const { exitCode, stderr } = await callZypper(zypper, fetch, report, { network: true });
  if (!isFine(exitCode)) throw failureOf(zypper, task, report, stderr, exitCode);
}

const scriptFailed = 107;

async function runOnce(
  zypper: Zypper,
  task: ZypperRun,
  phase: Phase,
  network: boolean,
  asks: boolean,
): Promise<ScriptletFailure[]> {
  const report = emptyZypperReport();
  const { exitCode, stderr } = await callZypper(zypper, task, report, {
    ...{ network, asks },
    onStep: ({ text, done, total }) => phase.progress(text, done, total),
  });
  const told = exitCode === scriptFailed && report.scriptlets.length > 0;
  if (!isFine(exitCode) && !told && !isNothingToRemove(task, report, exitCode)) {
    throw failureOf(zypper, task, report, stderr, exitCode);
  }
  if (report.agreed.length > 0 && !network) await keepLicences(zypper, report.agreed);
  return report.scriptlets;
}

const licenceLog = 'licenses.log';

/** What was agreed to stays to be read: the texts of all packages that are in. */
async function keepLicences(zypper: Zypper, agreed: readonly string[]): Promise<void> {
  const task = { command: 'licenses', names: [], repositories: [], environment: [] } as const;
  await callZypper(zypper, task, emptyZypperReport(), { network: false, log: licenceLog });
  zypper.site.warn(
    `The licences of these packages were agreed to, as was said; their texts are in logs/${licenceLog}: ${agreed.join(', ')}.`,
  );
}

import type { Phase } from '../../report/reporter.ts';
import type { ScriptletFailure } from '../manager.ts';
import { isPackageFile } from '../package-files.ts';
import { callDnf, type Dnf, type DnfRun, needsNetwork } from './dnf-call.ts';
import { failureOf, findMissing, sortMissing } from './dnf-names.ts';
import { type DnfReport, emptyDnfReport } from './dnf-output.ts';

/**
 * Runs dnf once on the tree; shows its steps in `phase`. What comes from servers is fetched first, so that
 * scriptlets have no network. Throws the error that names what failed; gives the scriptlets that did.
 */
export async function runDnf(dnf: Dnf, task: DnfRun, phase: Phase): Promise<ScriptletFailure[]> {
  const fetches = task.command !== 'remove' && needsNetwork(dnf, task);
  const failures: ScriptletFailure[] = [];
  const missing = new Set<string>();
  for (const names of runsOf(task.names)) {
    const part = { ...task, names };
    for (const kind of fetches ? (['fetch', 'install fetched'] as const) : (['both'] as const)) {
      const { scriptlets, missingMembers } = await runOnce(dnf, part, phase, kind);
      failures.push(...scriptlets);
      for (const name of missingMembers) missing.add(name);
    }
  }
  // Of a lock only what it names is there.
  for (const name of task.choice?.others === 'none' ? [] : missing) {
    dnf.site.warn(`No repository has the package '${name}', which a group of the package lists names.`);
  }
  return failures;
}

/**
 * dnf refuses package files together with groups ("transaction job already exists"): the groups come in a run
 * behind them.
 */
export function runsOf(names: readonly string[]): (readonly string[])[] {
  const groups = names.filter((name) => name.startsWith('@'));
  if (groups.length === 0 || !names.some(isPackageFile)) return [names];
  return [names.filter((name) => !groups.includes(name)), groups];
}

type RunKind = 'fetch' | 'install fetched' | 'both';

async function runOnce(dnf: Dnf, task: DnfRun, phase: Phase, kind: RunKind): Promise<DnfReport> {
  const { dialect, session, site } = dnf;
  const report = emptyDnfReport();
  // A person is asked once: before the download where there is one.
  const asks = session.interactive && kind !== 'install fetched';
  const argv = [...dialect.argv({ ...session, interactive: asks }, task), ...wordsOf(dnf, kind, asks)];
  let told = false;
  const onLine = (line: string) => {
    const step = dialect.readLine(line, report);
    if (step !== undefined && !asks) phase.progress(step.text, step.done, step.total);
    if (!report.changing || told) return;
    told = true;
    site.treeChanges();
  };
  const network = kind === 'fetch';
  const { stdout, stderr, exitCode } = await callDnf(dnf, argv, task, { network, asks, onLine });
  const output = `${stdout}\n${stderr}`;
  if (exitCode === 0 || dialect.onlyScriptsFailed(report, output)) return report;
  sortMissing(report, task);
  if (report.missingGroups.length > 0) await findMissing(dnf, task, report);
  throw failureOf(dnf, task, report, output, exitCode);
}

function wordsOf({ dialect, site }: Dnf, kind: RunKind, asks: boolean): readonly string[] {
  if (kind === 'both') return [];
  if (kind === 'install fetched') return ['--cacheonly'];
  // A person is asked about keys too, at the only run that asks; that there is none is told before the download.
  return asks || site.plan.keys.length === 0 ? ['--downloadonly'] : dialect.fetchesAlone;
}

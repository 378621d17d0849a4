import type { Phase } from '../../report/reporter.ts';
import type { ScriptletFailure } from '../manager.ts';
import { runWithUname } from '../rpm/uname-cover.ts';
import type { Dnf, DnfRun } from './dnf-call.ts';
import { tryDnf } from './dnf-names.ts';
import { emptyDnfReport } from './dnf-output.ts';
import { runDnf } from './dnf-run.ts';

/** Runs dnf while `uname` of the image answers with the image's kernel, where the task has one. */
export function runDnfWithUname(dnf: Dnf, task: DnfRun, phase: Phase): Promise<ScriptletFailure[]> {
  const renewal = (owner: string): DnfRun => ({ ...task, command: 'upgrade', names: [owner], entries: [] });
  return runWithUname(dnf.host, task.uname, {
    touches: async (name) => {
      const report = emptyDnfReport();
      await tryDnf(dnf, task, report);
      return report.touched.has(name);
    },
    renew: task.command === 'remove' ? undefined : (owner) => runDnf(dnf, renewal(owner), phase),
    run: (uname) => runDnf(dnf, { ...task, uname }, phase),
  });
}

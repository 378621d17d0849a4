import type { Phase } from '../../report/reporter.ts';
import type { ScriptletFailure } from '../manager.ts';
import { ownerOf } from '../rpm/installed-names.ts';
import type { Dnf, DnfRun } from './dnf-call.ts';
import { tryDnf } from './dnf-names.ts';
import { emptyDnfReport } from './dnf-output.ts';
import { runDnf } from './dnf-run.ts';

/**
 * Runs dnf while `uname` of the image, also as /usr/bin/uname, answers with the image's kernel. rpm cannot
 * replace a file that is covered: where the run replaces the package that owns it, that package comes first,
 * in a run in which only scriptlets that look for `uname` in their PATH get the image's answer.
 */
export async function runDnfWithUname(dnf: Dnf, task: DnfRun, phase: Phase): Promise<ScriptletFailure[]> {
  const { uname } = task;
  const owner = uname === undefined ? undefined : await ownerOf(dnf.host, '/usr/bin/uname');
  if (uname === undefined || owner === undefined) return runDnf(dnf, task, phase);
  const failures: ScriptletFailure[] = [];
  let cover = !(await touches(dnf, task, owner));
  if (!cover && task.command !== 'remove') {
    const first: DnfRun = { ...task, command: 'upgrade', names: [owner], entries: [] };
    failures.push(...(await runDnf(dnf, first, phase)));
    cover = !(await touches(dnf, task, owner));
  }
  return [...failures, ...(await runDnf(dnf, { ...task, uname: { ...uname, cover } }, phase))];
}

async function touches(dnf: Dnf, task: DnfRun, owner: string): Promise<boolean> {
  const report = emptyDnfReport();
  await tryDnf(dnf, task, report);
  return report.touched.has(owner);
}

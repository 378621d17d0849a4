import type { Phase } from '../../report/reporter.ts';
import type { Build } from '../../genimage/build-context.ts';
import { ownerOf } from '../rpm/installed-names.ts';
import { runDnf } from './dnf.ts';
import type { Dnf, DnfRun } from './dnf-call.ts';
import { tryDnf } from './dnf-names.ts';
import { emptyDnfReport } from './dnf-output.ts';

/**
 * Runs dnf while `uname` of the image, also as /usr/bin/uname, answers with the image's kernel. rpm cannot replace a file that is covered:
 * where the run replaces the package that owns it, that package comes first, in a run in which only scriptlets that look for `uname` in
 * their PATH get the image's answer.
 */
export async function runDnfWithUname(build: Build, dnf: Dnf, task: DnfRun, phase: Phase): Promise<void> {
  const { uname } = task;
  const owner = uname === undefined ? undefined : await ownerOf(build, dnf, '/usr/bin/uname');
  if (uname === undefined || owner === undefined) return runDnf(build, dnf, task, phase);
  let cover = !(await touches(build, dnf, task, owner));
  if (!cover && task.command !== 'remove') {
    await runDnf(build, dnf, { ...task, command: 'upgrade', names: [owner], entries: [] }, phase);
    cover = !(await touches(build, dnf, task, owner));
  }
  await runDnf(build, dnf, { ...task, uname: { ...uname, cover } }, phase);
}

async function touches(build: Build, dnf: Dnf, task: DnfRun, owner: string): Promise<boolean> {
  const report = emptyDnfReport();
  await tryDnf(build, dnf, task, report);
  return report.touched.has(owner);
}

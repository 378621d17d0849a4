import { removeFromTree, treeNames } from '../../system/tree-file.ts';
import type { Phase } from '../../report/reporter.ts';
import type { Apt, AptTask } from './apt-call.ts';
import { throwAptError } from './apt-failure.ts';
import { askForBase, fetchPackages } from './apt-fetch.ts';
import { emptyAptReport, readAptLine } from './apt-output.ts';
import type { BaseMaker } from './base-maker.ts';

/**
 * Makes the smallest tree that has an apt of its own: the essential packages and apt. What it needs is fetched
 * first, so that no script of theirs has a network.
 */
export async function makeBase(apt: Apt, maker: BaseMaker, task: AptTask, phase: Phase): Promise<void> {
  const report = emptyAptReport();
  const onLine = (line: string) => {
    readAptLine(line, report);
    if (line.startsWith('I: ')) phase.progress(line.slice(3));
  };
  await fetchPackages(apt, task, await askForBase(apt, task), phase);
  const made = await maker.make(apt, onLine, task);
  if (made.exitCode !== 0) throwAptError(apt, task, report, made, maker.command);
  await removeTraces(apt.site.root);
}

/** What either program takes from the host, and no image has. */
async function removeTraces(root: string): Promise<void> {
  const devices = (await treeNames(root, 'dev')).map((name) => `dev/${name}`);
  const paths = ['etc/resolv.conf', 'etc/hostname', 'etc/apt/sources.list', ...devices];
  for (const path of paths) await removeFromTree(root, path);
}

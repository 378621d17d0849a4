import { isFolder } from '../../base/exists.ts';
import { advisoryLine } from '../../inspect/advisories/advisory-text.ts';
import { judgedPackages } from '../../inspect/advisories/judged-packages.ts';
import { openAdvisories } from '../../packages/open-advisories.ts';
import { readManifest } from '../../pack/publish/generations.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';
import { findTreePlace } from '../../system/tree/tree-place.ts';
import { findAdvisories } from '../find-advisories.ts';
import type { Findings } from './check-report.ts';

export interface AdvisoriesAsked {
  /** A file with them; empty: those of the repositories. Absent where nobody asks. */
  readonly advisories: string | undefined;
}

/** Tells which advisories are open in the image that lies in `rootimgdir`: of security as errors. */
export async function checkAdvisories(
  rootimgdir: string,
  image: { readonly file: string; readonly cwd: string; readonly osvers: string },
  plan: BuildPlan | undefined,
  findings: Findings,
): Promise<void> {
  const { root } = await findTreePlace(rootimgdir);
  const packages = judgedPackages((await isFolder(root)) ? root : undefined, await readManifest(rootimgdir));
  if (packages === undefined) return findings.notChecked('advisories', 'there is no image yet');
  const { advisories, unfixed, notRead } = await findAdvisories(image, () => Promise.resolve(plan));
  for (const { what, why } of notRead) findings.notChecked(what, why);
  const open = openAdvisories(packages, advisories);
  findings.advisories(open);
  for (const one of open) {
    const problem = { code: 'advisory-open', message: `${advisoryLine(one)}.` };
    if (one.type === 'security') findings.problems([problem]);
    else findings.warnings([problem]);
  }
  const sources = new Set(packages.map(({ name, source }) => source?.name ?? name));
  const faults = [...unfixed].filter(([name]) => sources.has(name));
  const count = faults.reduce((sum, [, number]) => sum + number, 0);
  if (count > 0)
    findings.notChecked(
      `${count} faults`,
      `nothing mends them yet: ${faults.map(([name]) => name).join(', ')}`,
    );
}

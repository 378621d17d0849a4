import type { PackageSite } from '../../../src/packages/manager.ts';
import { silentReporter } from '../../../src/report/silent.ts';
import { inPhase } from '../../../src/report/reporter.ts';
import { aPlan } from '../genimage/a-plan.ts';

/** A tree that packages are put into; `warnings` gets what is warned of, `steps` the titles. */
export function aSite(
  root: string,
  temporary: string,
  changes: Partial<PackageSite> = {},
): PackageSite & { readonly warnings: string[]; readonly steps: string[] } {
  const warnings: string[] = [];
  const steps: string[] = [];
  return {
    ...{ plan: aPlan(), root, temporary, treeTemporary: temporary, isNew: true, warnings, steps },
    log: (name) => `${temporary}/${name}`,
    keptLog: () => undefined,
    warn: (text) => void warnings.push(text),
    treeChanges: () => {},
    step: (title, work) => {
      steps.push(title);
      return inPhase(silentReporter(), title, work);
    },
    ...changes,
  };
}

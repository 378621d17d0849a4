import type { Problem } from '../../base/errors.ts';
import type { BuildPlan } from '../../plan/build-plan.ts';

/** Refuses by name what we cannot install yet. */
export function checkPackageManager(plan: BuildPlan): Problem[] {
  const problems: Problem[] = [];
  const { image } = plan;
  if (image.packageManager !== 'dnf') {
    problems.push({
      code: 'family-not-supported',
      message: `genimage cannot build ${image.osvers} yet: its packages need ${image.packageManager}, and only dnf is supported (RHEL, Rocky, Alma, Oracle, CentOS, Fedora).`,
      hint: `What works for ${image.family} today: definitions, --dryrun, and packimage of a tree built by other means.`,
    });
  }
  return problems;
}

import type { Problem } from '../base/errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { dnf } from './dnf/dnf.ts';
import { dnf5 } from './dnf5/dnf5.ts';
import type { PackageManager } from './manager.ts';

/** All that we know; of one kind the one first that is taken where a host has both. */
const managers: readonly PackageManager[] = [dnf, dnf5];

/**
 * The one that fills the images of a plan on this host; where it has none of the kind, the one to install.
 */
export async function managerFor(plan: BuildPlan): Promise<PackageManager> {
  const fitting = managers.filter(({ kind }) => kind === plan.image.packageManager);
  for (const manager of fitting) if (await manager.isHere()) return manager;
  const [first] = fitting;
  if (first === undefined) throw new Error(`no package manager for ${plan.image.packageManager}`);
  return first;
}

/** Refuses by name what we cannot install yet. */
export function checkManager({ image }: BuildPlan): Problem[] {
  const { packageManager, osvers, family } = image;
  if (managers.some(({ kind }) => kind === packageManager)) return [];
  const known = 'dnf is supported (RHEL, Rocky, Alma, Oracle, CentOS, Fedora)';
  return [
    {
      code: 'family-not-supported',
      message: `genimage cannot build ${osvers} yet: its packages need ${packageManager}, and only ${known}.`,
      hint: `What works for ${family} today: definitions, --dryrun, and packimage of a tree built by other means.`,
    },
  ];
}

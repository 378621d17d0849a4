import type { Problem } from '../base/errors.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { dnf } from './dnf/dnf.ts';
import { hostDnf } from './dnf/host-dnf.ts';
import type { PackageManager } from './manager.ts';

/** All that we know; of one kind the better one first. */
const managers: readonly PackageManager[] = [dnf];

/** The one that fills the images of a plan on this host; where it has none of the kind, the one to install. */
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
  return [
    {
      code: 'family-not-supported',
      message: `genimage cannot build ${osvers} yet: its packages need ${packageManager}, and only dnf is supported (RHEL, Rocky, Alma, Oracle, CentOS, Fedora).`,
      hint: `What works for ${family} today: definitions, --dryrun, and packimage of a tree built by other means.`,
    },
  ];
}

/** Refuses by name what of this host we do not understand yet. */
export async function checkManagerHere(): Promise<Problem[]> {
  if ((await hostDnf()) !== 'dnf5') return [];
  return [
    {
      code: 'dnf5-not-supported',
      message:
        'The dnf of this host is dnf5, whose output is not understood yet: a scriptlet that fails would pass in silence.',
      hint: 'Build on a host with dnf 4 (EL 8 to 10, Debian 11 to 13).',
    },
  ];
}

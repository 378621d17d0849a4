import type { Problem } from '../base/errors.ts';
import type { HostTool } from '../base/host-tool.ts';
import { familyOf } from '../family/families.ts';
import type { BuildPlan } from '../plan/build-plan.ts';
import { apt, aptOnDebootstrap } from './apt/apt.ts';
import { dnf } from './dnf/dnf.ts';
import { dnf5 } from './dnf5/dnf5.ts';
import type { PackageManager } from './manager.ts';
import { zypper } from './zypper/zypper.ts';

/**
 * All that we know; of one kind the one first that is taken where a host has both. What works on a tree is loaded
 * by the one that is opened.
 */
const managers: readonly PackageManager[] = [dnf, dnf5, apt, aptOnDebootstrap, zypper];

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

/** The kinds of packages that images can be filled with. */
export const managerKinds: readonly PackageManager['kind'][] = [...new Set(managers.map(({ kind }) => kind))];

/** Programs that fill images of a kind: a host needs those of one manager. None for a kind that nothing fills. */
export function toolSetsOf(kind: PackageManager['kind']): readonly (readonly HostTool[])[] {
  return managers.filter((one) => one.kind === kind).map(({ tools }) => tools);
}

/** Refuses by name what we cannot install yet. */
export function checkManager({ image }: BuildPlan): Problem[] {
  const { packageManager, osvers, family } = image;
  const known = managers.some(({ kind }) => kind === packageManager);
  if (known && familyOf(family).filling !== undefined) return [];
  return [
    {
      code: 'family-not-supported',
      message: `genimage cannot build ${osvers} yet: nothing fills its images (${packageManager}).`,
      hint: `What works for ${family} today: definitions, --dryrun, and packimage of a tree built by other means.`,
    },
  ];
}

import type { Family } from '../family/family.ts';
import type { PackagePass } from '../plan/build-plan.ts';

/**
 * With a kernelver, kernel packages become those of that version, as their family writes it. Without one
 * nothing changes.
 */
export function pinKernel(
  passes: readonly PackagePass[],
  family: Family,
  kernelver: string | undefined,
  krpmver: string | undefined,
): PackagePass[] {
  if (kernelver === undefined) return [...passes];
  return passes.map((pass) => ({
    ...pass,
    install: pass.install.flatMap((entry) => {
      const names = family.pinnedKernel(entry.name, { kernelver, krpmver }) ?? [entry.name];
      return names.map((name) => ({ ...entry, name }));
    }),
  }));
}

import type { Family } from '../family/family.ts';
import type { PackagePass } from '../plan/build-plan.ts';

/**
 * With a kernelver, `kernel` and its companions become `kernel-<version>`, as their family writes it, where
 * the version of the packages is krpmver when that is set. Without kernelver nothing changes.
 */
export function pinKernel(
  passes: readonly PackagePass[],
  family: Family,
  kernelver: string | undefined,
  krpmver: string | undefined,
): PackagePass[] {
  if (kernelver === undefined) return [...passes];
  const version = krpmver ?? kernelver;
  return passes.map((pass) => ({
    ...pass,
    install: pass.install.map((entry) => ({
      ...entry,
      name: family.pinnedKernel(entry.name, version) ?? entry.name,
    })),
  }));
}

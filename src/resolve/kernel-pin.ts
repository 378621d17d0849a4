import type { PackagePass } from '../plan/build-plan.ts';

/** xCAT: these names in a list follow kernelver. */
const pinned = new Set(['kernel', 'kernel-headers', 'kernel-devel', 'kernel-bootwrapper', 'kernel-tools']);

/**
 * With a kernelver, `kernel` and its companions become `kernel-<version>`, where the version of the packages is krpmver when that is set.
 * Without kernelver nothing changes.
 */
export function pinKernel(
  passes: readonly PackagePass[],
  kernelver: string | undefined,
  krpmver: string | undefined,
): PackagePass[] {
  if (kernelver === undefined) return [...passes];
  const version = krpmver ?? kernelver;
  return passes.map((pass) => ({
    ...pass,
    install: pass.install.map((entry) =>
      pinned.has(entry.name) ? { ...entry, name: `${entry.name}-${version}` } : entry,
    ),
  }));
}

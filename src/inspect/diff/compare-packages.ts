import { comparePackageVersions } from '../../packages/versions.ts';
import type { PackageId } from '../../plan/package-id.ts';
import type { PackageChange } from '../../plan/image-diff.ts';

/**
 * What is not the same in two lists of packages, sorted by name. Of a name that an image has several times, as
 * kernels, the same versions go together first and the newest of the others next.
 */
export function comparePackages(from: readonly PackageId[], to: readonly PackageId[]): PackageChange[] {
  const before = byName(from);
  const after = byName(to);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => compareOneName(before.get(name) ?? [], after.get(name) ?? []));
}

function byName(packages: readonly PackageId[]): Map<string, PackageId[]> {
  const found = new Map<string, PackageId[]>();
  for (const one of packages) {
    const same = found.get(one.name);
    if (same === undefined) found.set(one.name, [one]);
    else same.push(one);
  }
  return found;
}

function compareOneName(from: readonly PackageId[], to: readonly PackageId[]): PackageChange[] {
  const [left, right] = withoutPairs(
    from,
    to,
    (a, b) => a.arch === b.arch && a.version === b.version && !isRebuilt(a, b),
  );
  const changes: PackageChange[] = [];
  // The same version of another build, then another version for the same architecture, then for another one.
  const steps = [
    (a: PackageId, b: PackageId) => a.arch === b.arch && a.version === b.version,
    (a: PackageId, b: PackageId) => a.arch === b.arch,
    () => true,
  ];
  const newestFirst = (list: PackageId[]) =>
    list.sort((a, b) => comparePackageVersions(a.type, b.version, a.version));
  let [gone, come] = [newestFirst(left), newestFirst(right)];
  for (const step of steps) {
    [gone, come] = withoutPairs(gone, come, step, (a, b) => changes.push(changed(a, b)));
  }
  changes.push(
    ...gone.map((one) => ({ ...named(one), kind: 'removed' as const, from: one.version, ...bytes(one, -1) })),
    ...come.map((one) => ({ ...named(one), kind: 'added' as const, to: one.version, ...bytes(one, 1) })),
  );
  return changes;
}

/** Those of both lists that have no fellow in the other one; `onPair` gets those that have. */
function withoutPairs(
  from: readonly PackageId[],
  to: readonly PackageId[],
  belong: (a: PackageId, b: PackageId) => boolean,
  onPair: (a: PackageId, b: PackageId) => void = () => {},
): [PackageId[], PackageId[]] {
  const rest = [...to];
  const alone = from.filter((one) => {
    const place = rest.findIndex((other) => belong(one, other));
    if (place === -1) return true;
    for (const other of rest.splice(place, 1)) onPair(one, other);
    return false;
  });
  return [alone, rest];
}

function isRebuilt(a: PackageId, b: PackageId): boolean {
  return a.digest !== undefined && b.digest !== undefined && a.digest !== b.digest;
}

function changed(from: PackageId, to: PackageId): PackageChange {
  const order = comparePackageVersions(to.type, from.version, to.version);
  const kind = order === 0 ? 'rebuilt' : order < 0 ? 'up' : 'down';
  const size = from.size === undefined || to.size === undefined ? {} : { bytes: to.size - from.size };
  const arch = from.arch === to.arch ? to.arch : `${from.arch} → ${to.arch}`;
  return { name: to.name, arch, kind, from: from.version, to: to.version, ...size };
}

function named({ name, arch }: PackageId): Pick<PackageChange, 'name' | 'arch'> {
  return { name, arch };
}

function bytes({ size }: PackageId, sign: 1 | -1): Pick<PackageChange, 'bytes'> {
  return size === undefined ? {} : { bytes: sign * size };
}

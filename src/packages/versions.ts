import type { PackageId } from '../plan/package-id.ts';
import { compareDebVersions } from './deb/deb-version.ts';
import { packageFormatOf } from './package-format.ts';
import { compareEvr, compareRpmVersions } from './rpm/rpm-version.ts';

/** Negative, zero or positive as `a` is older, equal or newer. */
export type VersionOrder = (a: string, b: string) => number;

const orders: Readonly<Record<PackageId['type'], VersionOrder>> = {
  rpm: compareRpmVersions,
  deb: compareDebVersions,
};

/** The order of the packages that a tree is made of: kernel versions are compared as those that bring them. */
export function versionOrderOf(root: string): VersionOrder {
  return orders[packageFormatOf(root) ?? 'rpm'];
}

const packageOrders: Readonly<Record<PackageId['type'], VersionOrder>> = {
  rpm: compareEvr,
  deb: compareDebVersions,
};

/** Compares versions with epoch and release as their package format does: negative where `a` is older. */
export function comparePackageVersions(type: PackageId['type'], a: string, b: string): number {
  return packageOrders[type](a, b);
}

import { own } from '../../base/own.ts';
import type { Problem } from '../../base/errors.ts';
import { familyOf } from '../../family/families.ts';
import { type ModuleIndex, moduleName } from './module-index.ts';

/**
 * xCAT: drivers that go into every initrd of an architecture, after those the administrator named; families other
 * than EL have more.
 */
const defaultDrivers: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['tg3', 'bnx2', 'bnx2x', 'e1000', 'e1000e', 'igb', 'mlx_en', 'virtio_net', 'be2net'],
  aarch64: ['tg3', 'bnx2', 'bnx2x', 'e1000e', 'igb', 'mlx_en', 'virtio_net'],
  ppc64: ['e1000', 'e1000e', 'igb', 'ibmveth', 'ehea'],
  s390x: ['qdio', 'ccwgroup'],
};

/** Architectures that share another's list. */
const sameDrivers: Readonly<Record<string, string>> = { x86: 'x86_64', ppc64le: 'ppc64', ppc64el: 'ppc64' };

/** The defaults of an architecture, and what the family of the image has besides. */
function defaultsOf(arch: string, family: string): readonly string[] {
  const listed = own(sameDrivers, arch) ?? arch;
  const besides = familyOf(family).filling?.initrdDrivers;
  const all = [defaultDrivers, besides].map((lists) => (lists && own(lists, listed)) ?? []);
  return [...all.flat(), ...(besides?.all ?? [])];
}

/** xCAT: local disks of the node. */
const fileSystems = ['ext3', 'ext4'];

/**
 * What our own boot script needs: packed roots, the overlay above them, virtual machines, DHCP sockets where
 * they are a module.
 */
const bootDrivers = ['squashfs', 'loop', 'overlay', 'virtio_pci', 'virtio_net', 'af_packet'];

/** Names of the past → the module that has the driver now, where the kernel has it. */
const aliases: Readonly<Record<string, string>> = { mlx_en: 'mlx4_en' };

/** Words of netdrivers that say what to take of driver packages; no drivers by themselves (xCAT). */
export const allUpdate = 'allupdate';
export const updateOnly = 'updateonly';

/** The drivers that netdrivers names, as they are written there. */
export function namedDrivers(netdrivers: readonly string[]): string[] {
  const words = netdrivers.map((word) => word.trim());
  return words.filter((word) => word !== '' && word !== allUpdate && word !== updateOnly);
}

export interface DriverChoice {
  /** In the order they were asked for, each behind what it needs. */
  readonly drivers: readonly string[];
  /** Default drivers that this kernel does not have. */
  readonly skipped: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Chooses the modules of the initrd: those that `netdrivers` names first (`.ko` optional, order kept), then
 * the defaults of architecture and family. A named driver that the kernel lacks is a problem, a default one is
 * skipped. `merged` came from driverupdatesrc.
 */
export function chooseDrivers(
  netdrivers: readonly string[],
  { arch, family }: { readonly arch: string; readonly family: string },
  index: ModuleIndex,
  merged: readonly string[] = [],
): DriverChoice {
  const chosen = new Set<string>();
  const skipped: string[] = [];
  const problems: Problem[] = [];
  for (const name of namedDrivers(netdrivers)) {
    if (!addDriver(moduleName(name), index, chosen)) problems.push(missingDriver(name));
  }
  for (const name of merged) addDriver(moduleName(name), index, chosen);
  for (const name of [...defaultsOf(arch, family), ...fileSystems, ...bootDrivers]) {
    if (!addDriver(name, index, chosen)) skipped.push(name);
  }
  return { drivers: [...chosen], skipped, problems };
}

/** Adds a driver with all it needs; false when the kernel has none of its names. */
function addDriver(name: string, index: ModuleIndex, chosen: Set<string>): boolean {
  const spellings = [name, ...[own(aliases, name)].filter((one) => one !== undefined)];
  for (const spelling of spellings) {
    const needs = index.dependencies.get(spelling);
    if (needs === undefined) continue;
    for (const need of needs) addDriver(need, index, chosen);
    chosen.add(spelling);
    return true;
  }
  return spellings.some((spelling) => index.builtin.has(spelling));
}

function missingDriver(name: string): Problem {
  return {
    code: 'driver-missing',
    message: `The network driver '${name}' (netdrivers) is not in the image's kernel.`,
    hint: 'Install the package that brings it, or take it out of netdrivers.',
  };
}

import type { PackageId } from '../plan/package-id.ts';

/** What an image must have to become one that nodes boot, as packages are called. */
interface BootNeed {
  readonly what: string;
  /** Names of packages that bring it. */
  readonly brought: RegExp;
  /** What to name in a list. */
  readonly name: Readonly<Record<PackageId['type'], string>>;
}

const same = (name: string) => ({ rpm: name, deb: name });

/** What the initrd is made of (share/xcat/netboot/common/dracut/97rootimg/module-setup.sh), and a kernel. */
const bootNeeds: readonly BootNeed[] = [
  {
    what: 'a kernel',
    brought:
      /^(linux-(image|generic|virtual|lowlatency)|[a-z]*-?kernel(?!-(headers|tools|devel|doc|srpm|rpm|firmware|macros|source|syms)))/,
    name: { rpm: 'kernel or kernel-default', deb: 'linux-image-generic or linux-image-amd64' },
  },
  { what: 'dracut, which makes the initrd', brought: /^dracut/, name: same('dracut and dracut-network') },
  { what: 'curl, with which nodes fetch the image', brought: /^curl/, name: same('curl') },
  { what: 'ip', brought: /^(iproute|busybox)/, name: { rpm: 'iproute or iproute2', deb: 'iproute2' } },
  { what: 'cpio', brought: /cpio|busybox/, name: same('cpio') },
  { what: 'modprobe', brought: /^(kmod|module-init-tools|busybox)/, name: same('kmod') },
];

/** Of packages of a format whose base always has it. */
const rpmNeeds: readonly BootNeed[] = [{ what: 'tar', brought: /tar$/, name: same('tar') }];

/** Packages that configure a network card on the booted node, and keep its lease. */
const networkPackages =
  /^(NetworkManager|network-manager|netplan|ifupdown|systemd-networkd|network-scripts|initscripts|wicked|connman|dhcpcd)/;

/** What becomes of nodes without any, and what to do. */
export const networkLost = {
  outcome: 'nodes keep what their initrd got, and renew no lease',
  hint: 'Name NetworkManager (network-manager), wicked-service, ifupdown, netplan.io or systemd-networkd in pkglist.',
} as const;

/** What none of these packages brings, with the names of packages that would. */
export function lackingForBoot(
  format: PackageId['type'],
  packages: Iterable<string>,
): { readonly what: string; readonly name: string }[] {
  const all = [...packages];
  const needs = format === 'rpm' ? [...bootNeeds, ...rpmNeeds] : bootNeeds;
  return needs
    .filter(({ brought }) => !all.some((one) => brought.test(one)))
    .map(({ what, name }) => ({ what, name: name[format] }));
}

/** Whether any of these packages brings network cards up. systemd of Debian has systemd-networkd, not switched on. */
export function bringsNetwork(packages: Iterable<string>): boolean {
  return [...packages].some((one) => networkPackages.test(one));
}

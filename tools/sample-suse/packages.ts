import { kernelRpmVersion, type Naming } from '../sample-repo/convert.ts';
import { baseFolders, baseLinks, type BaseSystem, systemFiles } from '../sample-repo/filesystem-package.ts';
import type { Spec } from '../sample-repo/spec.ts';

/** Counted up when what is made changes without a change of the tables in this folder. */
export const recipeVersion = 2;

export const vendor = 'SUSE LLC <https://www.suse.com/>';

/** SUSE's names of Debian packages, as `elNames`. */
const suseNames: Readonly<Record<string, readonly string[]>> = {
  dash: ['dash', '/bin/sh'],
  dbus: ['dbus-1'],
  debianutils: ['which'],
  // The network modules are in SUSE's dracut itself.
  'dracut-network': ['dracut'],
  gawk: ['gawk', '/usr/bin/awk'],
  'iputils-ping': ['iputils'],
  'isc-dhcp-client': ['dhcp-client'],
  'libc-bin': ['glibc-extra'],
  libc6: ['glibc'],
  'nfs-common': ['nfs-client'],
  'openssh-client': ['openssh-clients', 'openssh-common'],
  passwd: ['shadow'],
  'systemd-sysv': ['systemd-sysvinit'],
  tzdata: ['timezone'],
  'util-linux-extra': ['util-linux-systemd'],
  'vim-tiny': ['vim'],
  'xz-utils': ['xz'],
};

/** Version and release of the kernel's RPM, which `uname -r` tells only in part, as on SUSE. */
export function kernelVersionOf(uname: string): { version: string; release: string } {
  const { version, release } = kernelRpmVersion(uname);
  return { version, release: `150600.${/\d+/.exec(release)?.[0] ?? '1'}.1` };
}

export const suseNaming: Naming = { names: suseNames, kernel: kernelDefault };

function kernelDefault({ epoch: _none, ...spec }: Spec, uname: string): Spec {
  const { version, release } = kernelVersionOf(uname);
  const full = `${version}-${release}`;
  const provides = ['kernel', 'kernel-base'].map((name) => `${name} = ${full}`);
  return {
    ...{ ...spec, name: 'kernel-default', version, release },
    provides: [...provides, 'multiversion(kernel)', `linux-image-${uname}`],
  };
}

/** The folders, links and files of every SUSE: settings of the network are a folder, who it is comes later. */
export function suseSystem(): BaseSystem {
  const notHere = ['etc/sysconfig/network-scripts', 'etc/yum.repos.d', 'var/lib/rpm'];
  return {
    version: '15.6',
    summary: 'Basic Directory Layout',
    provides: ['base-files'],
    folders: [
      ...baseFolders.filter((folder) => !notHere.includes(folder)),
      ...['etc/products.d', 'etc/sysconfig/network', 'etc/sysconfig/network/scripts', 'etc/zypp'],
      ...['etc/zypp/repos.d', 'usr/lib/sysimage', 'usr/lib/sysimage/rpm'],
    ],
    links: { ...baseLinks, 'var/lib/rpm': '../../usr/lib/sysimage/rpm' },
    files: systemFiles({}),
  };
}

/** A package that is made here, with the modules of SLE and the distributions that have it. */
export interface MadePackage {
  readonly name: string;
  readonly version: string;
  readonly in: readonly Place[];
  readonly provides?: readonly string[];
  readonly requires?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly post?: string;
}

/** A repository: a module of SLE, the update repository, a whole distribution. */
export const places = [
  ...(['product', 'basesystem', 'legacy', 'server', 'hpc', 'update', 'leap15', 'leap16'] as const),
];
export type Place = (typeof places)[number];

/** What each distribution has, and Leap 15 as SLE 15 does. */
const everywhere: readonly Place[] = ['basesystem', 'leap15', 'leap16'];
const withWicked: readonly Place[] = ['basesystem', 'leap15'];

const unit = (description: string, program: string, alias: string) => `[Unit]
Description=${description}
Before=network.target network-online.target
Wants=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${program}

[Install]
WantedBy=multi-user.target
Alias=${alias}.service
`;

function release(
  name: string,
  inPlace: Place,
  { id, version, pretty }: { id: string; version: string; pretty: string },
): MadePackage {
  const osRelease = `NAME="${pretty}"
VERSION="${version}"
ID="${id}"
ID_LIKE="suse"
VERSION_ID="${version}"
PRETTY_NAME="${pretty} ${version}, a sample for tests"
`;
  const product = name.replace(/-release$/, '');
  return {
    name,
    version,
    in: [inPlace],
    provides: [
      ...['distribution-release', `product() = ${product}`, `product(${product}) = ${version}-0`],
      `product-label() = ${pretty.replaceAll(' ', '%%20')}`,
    ],
    files: {
      'usr/lib/os-release': osRelease,
      [`etc/products.d/${product}.prod`]: `<?xml version="1.0" encoding="UTF-8"?>
<product schemeversion="0"><vendor>SUSE</vendor><name>${product}</name><version>${version}</version>
<release>0</release><summary>${pretty}</summary></product>
`,
    },
  };
}

function pattern(name: string, requires: readonly string[]): MadePackage {
  return {
    name: `patterns-base-${name}`,
    version: '20200124',
    in: everywhere,
    provides: [`pattern() = ${name}`, 'pattern-visible()', `pattern-order() = 1000`],
    requires,
  };
}

/** Packages that SUSE has and Debian has not, or not so. `kernel` is the version of kernel-default. */
export function madePackages(kernel: string): MadePackage[] {
  return [
    release('SLES-release', 'product', {
      ...{ id: 'sles', version: '15.6', pretty: 'SUSE Linux Enterprise Server' },
    }),
    release('openSUSE-release', 'leap15', { id: 'opensuse-leap', version: '15.6', pretty: 'openSUSE Leap' }),
    release('Leap-release', 'leap16', { id: 'opensuse-leap', version: '16.0', pretty: 'openSUSE Leap' }),
    {
      ...{ name: 'aaa_base', version: '84.87', in: everywhere, requires: ['distribution-release', 'bash'] },
      files: { 'etc/sysconfig/language': 'RC_LANG=""\n', 'usr/lib/sysctl.d/50-default.conf': '# none\n' },
    },
    { name: 'aaa_base', version: '84.88', in: ['update'], requires: ['distribution-release', 'bash'] },
    { name: 'openssh', version: '9.6', in: everywhere, requires: ['openssh-server', 'openssh-clients'] },
    { name: 'zypper', version: '1.14.73', in: everywhere, requires: ['rpm'] },
    { name: 'kernel-default-base', version: kernel, in: everywhere, provides: ['kernel-small'] },
    {
      ...{ name: 'wicked', version: '0.6.76', in: withWicked },
      files: {
        'usr/sbin/wicked': '#!/bin/sh\n# Stands for wicked: the initrd has set the network up.\n',
        'usr/lib/systemd/system/wicked.service': unit('wicked', '/usr/sbin/wicked ifup all', 'network'),
      },
    },
    {
      ...{ name: 'wicked-service', version: '0.6.76', in: withWicked, requires: ['wicked', 'systemd'] },
      post: 'systemctl --no-reload enable wicked.service >/dev/null',
    },
    {
      ...{ name: 'NetworkManager', version: '1.44.2', in: ['basesystem', 'leap16'], requires: ['systemd'] },
      files: {
        'usr/sbin/NetworkManager': '#!/bin/sh\n# Stands for NetworkManager, as the initrd has set it up.\n',
        'usr/lib/systemd/system/NetworkManager.service': unit(
          'NetworkManager',
          '/usr/sbin/NetworkManager',
          'dbus-org.freedesktop.NetworkManager',
        ),
      },
      post: 'systemctl --no-reload enable NetworkManager.service >/dev/null',
    },
    pattern('minimal_base', ['aaa_base', 'bash', 'coreutils', 'filesystem', 'rpm']),
    pattern('base', ['patterns-base-minimal_base', 'less', 'procps', 'util-linux']),
    { name: 'net-tools-deprecated', version: '2.0', in: ['legacy', 'leap15'] },
    { name: 'nfs-kernel-server', version: '2.1', in: ['server', 'leap15', 'leap16'] },
    { name: 'hpc-tool', version: '1.0', in: ['hpc'] },
  ];
}

/** The modules below the first medium of SLE 15, and what is on the others: folder by repository. */
export const mediumFolders: Readonly<Record<Exclude<Place, 'update'>, string>> = {
  product: 'sles15.6/ARCH/1/Product-SLES',
  basesystem: 'sles15.6/ARCH/1/Module-Basesystem',
  legacy: 'sles15.6/ARCH/1/Module-Legacy',
  server: 'sles15.6/ARCH/1/Module-Server-Applications',
  hpc: 'sles15.6/ARCH/2/Module-HPC',
  leap15: 'leap15.6/ARCH/1',
  leap16: 'leap16.0/ARCH/1',
};

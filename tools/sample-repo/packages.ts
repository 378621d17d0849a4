import type { PruneTables } from './closure.ts';
import type { Machine } from './machine.ts';
import type { FileMarks } from './spec.ts';
import { words } from './words.ts';

/** Counted up when the made packages change without a change of the tables in this folder. */
const recipeVersion = 5;

/** Debian packages that the repository holds besides the kernel; what they depend on comes with them. */
export const wantedPackages = words(`
  bash coreutils dash debianutils diffutils findutils gawk grep gzip hostname libc6 libc-bin login mount
  passwd sed tar util-linux util-linux-extra bzip2 cpio less xz-utils zstd attr acl libcap2-bin procps
  file systemd systemd-sysv udev dbus dbus-daemon kmod dracut-core dracut-network iproute2 iputils-ping
  iputils-arping isc-dhcp-client netbase ethtool net-tools ca-certificates curl wget rsync openssl
  openssh-client openssh-server nfs-common rpcbind chrony rsyslog logrotate vim-tiny bc rpm pciutils
  tzdata
`);

/**
 * EL names of Debian packages. The first becomes the name of the RPM, so that `rpm -q` in an image answers as
 * on EL; the others and Debian's own name are provided.
 */
export const elNames: Readonly<Record<string, readonly string[]>> = {
  dash: ['dash', '/bin/sh'],
  dbus: ['dbus', 'dbus-common'],
  debianutils: ['which'],
  'dbus-daemon': ['dbus-daemon'],
  'dracut-core': ['dracut', 'dracut-config-generic'],
  gawk: ['gawk', '/usr/bin/awk'],
  'iputils-ping': ['iputils'],
  iproute2: ['iproute', 'iproute-tc'],
  // It stands for NetworkManager in the default profiles: Debian's own would bring many more packages and
  // another initrd.
  'isc-dhcp-client': ['dhcp-client', 'dhclient', 'NetworkManager'],
  kmod: ['kmod', 'module-init-tools'],
  'libc-bin': ['glibc-common'],
  libc6: ['glibc', 'glibc-minimal-langpack', 'glibc-langpack-en'],
  'nfs-common': ['nfs-utils'],
  'openssh-client': ['openssh-clients', 'openssh'],
  passwd: ['passwd', 'shadow-utils'],
  procps: ['procps-ng', 'procps'],
  rpm: ['rpm'],
  'systemd-sysv': ['systemd-sysv', 'initscripts'],
  udev: ['systemd-udev', 'udev'],
  'util-linux': ['util-linux', 'util-linux-ng'],
  'vim-tiny': ['vim-minimal'],
  'xz-utils': ['xz', 'xz-lzma-compat'],
};

/**
 * What the EL package needs and Debian leaves to "essential", to a maintainer script, or to another package.
 */
const extraRequires: Readonly<Record<string, readonly string[]>> = {
  bash: ['dash', 'coreutils'],
  'dracut-core': words('coreutils findutils gawk grep gzip procps sed systemd util-linux xz-utils'),
  'dracut-network': words('curl iproute2 iputils-arping iputils-ping isc-dhcp-client'),
  'iputils-ping': ['iputils-arping'],
  libc6: ['libc-bin'],
  'openssh-server': ['openssh-client'],
  passwd: ['login'],
  systemd: words('bash coreutils dbus gawk grep gzip sed systemd-sysv udev util-linux'),
  'util-linux': ['login', 'mount', 'util-linux-extra'],
};

/**
 * Dependencies that only Debian's maintainer scripts have, or that tools need which `droppedFiles` leaves
 * out.
 */
const droppedDependencies: ReadonlySet<string> = new Set([
  // The filesystem package stands for them.
  'base-files',
  'libpam-runtime',
  ...words(`
    adduser cdebconf debconf debconf-2.0 dpkg init-system-helpers install-info lsb-base sysvinit-utils
    ucf usrmerge usr-is-merged runit-helper sensible-utils initramfs-tools linux-initramfs-tool
    linux-base perl perl-base cron cron-daemon anacron python3 python3-minimal logsave gcc-12-base
  `),
  // rpm: building and converting packages is no work of a node.
  ...words('debugedit libarchive13 librpmbuild9 librpmsign9 rpm2cpio kpartx'),
]);

/** Dependencies of single packages on what they do not need once converted. */
const droppedDependenciesOf: Readonly<Record<string, readonly string[]>> = {
  // The bundle is made while converting.
  'ca-certificates': ['openssl'],
};

/** Paths that no package keeps; a trailing slash means the folder. */
export const droppedEverywhere = words(`
  usr/share/doc/ usr/share/man/ usr/share/info/ usr/share/lintian/ usr/share/locale/
  usr/share/bash-completion/ usr/share/zsh/ usr/share/bug/ usr/share/doc-base/ usr/share/menu/
  usr/lib/lsb/ etc/init.d/ etc/apt/ etc/dpkg/ usr/share/initramfs-tools/ etc/runit/ usr/lib/runit-helper/
  etc/default/grub.d/ usr/share/apport/ usr/share/reportbug/
`);

/** Paths that one package does not keep. */
export const droppedFiles: Readonly<Record<string, readonly string[]>> = {
  // The database of all hardware names; the rules work without it.
  udev: ['usr/lib/udev/hwdb.d/'],
  // It would wait for ever on the console of a node.
  systemd: [
    'usr/lib/systemd/system/systemd-firstboot.service',
    'usr/lib/systemd/system/sysinit.target.wants/systemd-firstboot.service',
  ],
  rpm: ['usr/bin/rpmbuild', 'usr/bin/rpmsign', 'usr/bin/rpmspec', 'usr/bin/rpm2archive', 'usr/bin/gendiff'],
};

/** Files that a package gets besides Debian's: what its maintainer script would make. */
export const addedLinks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  gawk: { 'usr/bin/awk': 'gawk' },
  debianutils: { 'usr/bin/which': 'which.debianutils' },
  'vim-tiny': { 'usr/bin/vi': 'vim.tiny' },
};

/** Owners, modes and capabilities that Debian's maintainer scripts set. */
export const fileMarks: Readonly<Record<string, FileMarks>> = {
  'usr/bin/ping': { capabilities: 'cap_net_raw=ep' },
  'usr/bin/ssh-agent': { owner: ['root', '_ssh'], mode: '2755' },
  'var/lib/chrony': { owner: ['_chrony', '_chrony'], mode: '750' },
  'var/lib/nfs/sm': { owner: ['statd', 'nogroup'] },
  'var/lib/nfs/sm.bak': { owner: ['statd', 'nogroup'] },
  'var/lib/nfs/state': { owner: ['statd', 'nogroup'] },
};

/** %post of a package, for /bin/sh, and the packages that it runs. */
export const postScripts: Readonly<
  Record<string, { readonly needs: readonly string[]; readonly script: string }>
> = {
  systemd: {
    needs: [],
    script: 'systemctl --no-reload enable getty@tty1.service remote-fs.target >/dev/null',
  },
  'openssh-server': {
    needs: ['systemd'],
    script: 'systemctl --no-reload enable ssh.service sshd-keygen.service >/dev/null',
  },
  rpcbind: { needs: ['systemd'], script: 'systemctl --no-reload enable rpcbind.socket >/dev/null' },
  'nfs-common': { needs: ['systemd'], script: 'systemctl --no-reload enable nfs-client.target >/dev/null' },
  chrony: { needs: ['systemd'], script: 'systemctl --no-reload enable chrony.service >/dev/null' },
  rsyslog: { needs: ['systemd'], script: 'systemctl --no-reload enable rsyslog.service >/dev/null' },
};

/** %posttrans of a package, for /bin/sh. */
export const postTransactionScripts: Readonly<Record<string, string>> = {
  'libc-bin': 'ldconfig',
};

/** A node that boots over the network, lets root in by ssh, and can say what it is made of. */
export const computeList = words(`
  bash coreutils kernel systemd systemd-udev dbus util-linux kmod procps-ng dracut dracut-network iproute
  iputils dhcp-client curl ca-certificates openssh-server openssh-clients passwd rpm hostname tar cpio
  gzip xz zstd sed grep gawk findutils attr acl
`);

export const computeGroup = 'compute-base';

/** `_dbpath` of the images' own rpm, as on EL 9. */
export const rpmDbPath = '/var/lib/rpm';

/** The tables that say what a package requires. */
export const pruneTables: PruneTables = {
  dropped: (pkg, name) => droppedDependencies.has(name) || (droppedDependenciesOf[pkg] ?? []).includes(name),
  extra: extraRequires,
};

/** Everything that the made repository depends on, but for the versions of the Debian packages. */
export function recipe(machine: Machine): unknown {
  return {
    recipeVersion,
    machine,
    wantedPackages,
    elNames,
    extraRequires,
    dropped: [[...droppedDependencies], droppedDependenciesOf, droppedEverywhere, droppedFiles],
    added: [addedLinks, fileMarks, postScripts, postTransactionScripts],
    computeList,
  };
}

import type { Family, Filling, NetworkCard, NetworkFile, NetworkTools } from './family.ts';
import { keyfile } from './network.ts';
import { withInternetDisabled } from './repo-files.ts';
import { suseMedia } from './suse-media.ts';

/** `15.6` of sles15.6, `11.4` of sles11sp4: what SUSE's repositories call $releasever. */
function release(osvers: string): string {
  const [, major = '', minor] = /^\D*(\d+)(?:(?:\.|sp)(\d+))?/.exec(osvers) ?? [];
  return minor === undefined ? major : `${major}.${minor}`;
}

/**
 * wicked, and the scripts before it, read ifcfg files of a format of their own; NetworkManager, which is all
 * that SLE 16 and Leap 16 have, reads its keyfiles.
 */
function networkFiles(
  _folder: string,
  release: string,
  card: NetworkCard,
  { networkManager, wicked }: NetworkTools,
): NetworkFile[] {
  const isOld = Number(release) < 16;
  return [
    ...(wicked || (isOld && !networkManager) ? [ifcfg(card)] : []),
    ...(networkManager || !isOld ? [keyfile(card)] : []),
  ];
}

/** xCAT: ifcfg(5) of SUSE, in the folder that other families have as a file. */
function ifcfg({ name, onBoot }: NetworkCard): NetworkFile {
  const lines = [`ONBOOT=${onBoot ? 'yes' : 'no'}`, 'BOOTPROTO=dhcp', 'STARTMODE=auto', `DEVICE=${name}`, ''];
  return { path: `etc/sysconfig/network/ifcfg-${name}`, text: lines.join('\n'), mode: 0o644 };
}

const filling: Filling = {
  modulePlatform: () => undefined,
  // SLE 15, Leap 15; SLES 12 has it in /var/lib/rpm.
  databaseBelowUsr: (_folder, release) => Number(release) >= 15,
  networkFiles,
  sysconfig: (timezone) => [
    {
      path: 'etc/sysconfig/clock',
      values: { ...(timezone === undefined ? {} : { TIMEZONE: timezone }), HWCLOCK: '--localtime' },
    },
    { path: 'etc/sysconfig/network/dhcp', values: { DHCLIENT_SET_HOSTNAME: 'yes' } },
  ],
  services: (release) => [
    ['sshd.service'],
    Number(release) < 16
      ? ['wicked.service', 'NetworkManager.service', 'network.service']
      : ['NetworkManager.service'],
  ],
  limitsTmp: true,
  terminals: ['console'],
  initrdDrivers: {
    x86_64: ['virtio_balloon', 'mlx4_en'],
    ppc64: ['tg3', 'be2net', 'ibmvscsi'],
    s390x: ['qeth', 'qeth_l2', 'qeth_l3'],
    // Disks.
    all: ['virtio_blk', 'libata', 'scsi_mod', 'ahci', 'megaraid_sas', 'sd_mod'],
  },
  media: suseMedia,
  repositories: {
    folder: 'etc/zypp/repos.d',
    suffix: '.repo',
    // Such as openSUSE-release, openSUSE-repos-Leap.
    ofDistribution: /(^|-)(release|repos)(-|$)/,
    withInternetDisabled,
  },
  keys: {
    inRepository: /^(gpg-pubkey-.*\.(asc|key)|(repomd\.xml|content)\.key)$/,
    ofHost: '/usr/lib/rpm/gnupg/keys',
  },
  leftovers: { folders: ['var/cache/zypp', 'var/log/zypp'], logs: /^zypper\.log/ },
};

/** SUSE Linux Enterprise and openSUSE. */
export const suse: Family = {
  folders: ['sles', 'sle', 'suse'],
  packageManager: 'zypper',
  packageFormat: 'rpm',
  distributions: [
    { osvers: /^sles?\d/, id: 'sles' },
    { osvers: /^leap/, id: 'opensuse-leap' },
  ],
  release,
  pinnedKernel: (name, { kernelver, krpmver }) => {
    const version = krpmver ?? kernelver;
    // xCAT: the kernel by itself is both packages; every name that begins with kernel follows.
    if (name === 'kernel') return [`kernel-default-${version}`, `kernel-default-base-${version}`];
    if (name === 'kernel-ppc64') return [`kernel-ppc64-${version}`, `kernel-ppc64-base-${version}`];
    return name.startsWith('kernel') ? [`${name}-${version}`] : undefined;
  },
  kernelPatterns: ['kernel-*'],
  takesMode: () => false,
  timezoneFolders: ['sles', 'sle'],
  filling,
};

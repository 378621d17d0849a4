import type { Family, Filling, NetworkCard, NetworkFile } from './family.ts';
import { ifcfg, keyfile } from './network.ts';
import { majorOf } from './release.ts';
import { withInternetDisabled } from './repo-files.ts';

/** xCAT: these names in a list follow kernelver. */
const kernelPackages = new Set([
  'kernel',
  'kernel-headers',
  'kernel-devel',
  'kernel-bootwrapper',
  'kernel-tools',
]);

/**
 * Which releases read which files. ifcfg: network.service up to EL 7, and NetworkManager's plugin for them,
 * which EL 10 and Fedora 36 no longer have. Keyfiles are what NetworkManager writes from EL 9 and Fedora 33
 * on.
 */
const reads = {
  el: { lastIfcfg: 9, firstKeyfile: 9 },
  fedora: { lastIfcfg: 35, firstKeyfile: 33 },
};

function networkFiles(folder: string, release: string, card: NetworkCard): NetworkFile[] {
  const { lastIfcfg, firstKeyfile } = folder === 'fedora' ? reads.fedora : reads.el;
  // A release without a number (rawhide) is the newest.
  const number = Number.isNaN(Number(release)) ? Number.POSITIVE_INFINITY : Number(release);
  const both = number >= firstKeyfile && number <= lastIfcfg;
  return [
    ...(number <= lastIfcfg ? [ifcfg('etc/sysconfig/network-scripts', card, both)] : []),
    ...(number >= firstKeyfile ? [keyfile(card)] : []),
  ];
}

const filling: Filling = {
  // xCAT: from EL 8 on; Fedora has its own.
  modulePlatform: (folder, release) => {
    if (folder === 'fedora') return `platform:f${release}`;
    return Number(release) >= 8 ? `platform:el${release}` : undefined;
  },
  // Fedora 36, EL 10.
  databaseBelowUsr: (folder, release) => Number(release) >= (folder === 'fedora' ? 36 : 10),
  networkSwitch: 'etc/sysconfig/network',
  networkFiles,
  repositories: {
    folder: 'etc/yum.repos.d',
    suffix: '.repo',
    // Such as rocky-repos, almalinux-release, epel-release.
    ofDistribution: /(^|-)(release|repos)(-|$)/,
    withInternetDisabled,
  },
  keys: { inRepository: /^RPM-GPG-KEY/, ofHost: '/etc/pki/rpm-gpg' },
  leftovers: {
    folders: ['var/cache/dnf', 'var/cache/yum', 'var/cache/libdnf5'],
    logs: /^(dnf5?|hawkey|yum)\b.*\.log/,
  },
};

/** Red Hat Enterprise Linux, what is rebuilt from it, and Fedora. */
export const el: Family = {
  folders: ['rh', 'centos', 'centos-stream', 'rocky', 'alma', 'ol', 'SL', 'fedora'],
  packageManager: 'dnf',
  packageFormat: 'rpm',
  distributions: [
    { osvers: /^rh/, id: 'rhel' },
    { osvers: /^rocky/, id: 'rocky' },
    { osvers: /^alma/, id: 'almalinux' },
    { osvers: /^ol\d/, id: 'ol' },
    { osvers: /^centos/, id: 'centos' },
    { osvers: /^fedora/, id: 'fedora' },
    { osvers: /^SL\d/, id: 'scientific' },
  ],
  release: majorOf,
  pinnedKernel: (name, { kernelver, krpmver }) =>
    kernelPackages.has(name) ? [`${name}-${krpmver ?? kernelver}`] : undefined,
  kernelPatterns: ['kernel*'],
  takesMode: (osvers) => osvers.includes('fedora12'),
  timezoneFolders: [],
  filling,
};

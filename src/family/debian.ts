import { debKernels } from './deb-kernels.ts';
import { debianNetworkFiles } from './debian-network.ts';
import type { Family, Filling } from './family.ts';
import { majorOf } from './release.ts';

const filling: Filling = {
  modulePlatform: () => undefined,
  networkFiles: (_folder, _release, card, tools) => debianNetworkFiles(card, tools),
  initrdDrivers: { ppc64: ['tg3', 'bnx2', 'bnx2x', 'mlx4_en'] },
  // Packages of the distributions bring none: what an image has there its build wrote, or the site.
  repositories: {
    folder: 'etc/apt/sources.list.d',
    suffix: '.sources',
    ofDistribution: /(?!)/,
    withInternetDisabled: (text) => text,
  },
  keys: { inRepository: /\.(asc|gpg)$/, ofHost: '/usr/share/keyrings', ageIsChecked: true },
  leftovers: {
    folders: ['var/cache/apt', 'var/lib/apt/lists'],
    logs: /^(apt|alternatives\.log|bootstrap\.log|dpkg\.log)$/,
  },
};

/** Debian and Ubuntu. */
export const debian: Family = {
  folders: ['debian', 'ubuntu'],
  packageManager: 'apt',
  packageFormat: 'deb',
  distributions: [
    { osvers: /^debian/, id: 'debian' },
    { osvers: /^ubuntu/, id: 'ubuntu' },
  ],
  release: majorOf,
  pinnedKernel: (name, { kernelver }) => debKernels(name, kernelver),
  kernelPatterns: ['linux-*'],
  takesMode: () => true,
  timezoneFolders: [],
  filling,
};

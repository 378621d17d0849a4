import type { Family } from './family.ts';
import { debKernels } from './deb-kernels.ts';
import { majorOf } from './release.ts';

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
};

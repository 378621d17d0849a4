import type { Family } from './family.ts';
import { majorOf } from './release.ts';

/** SUSE Linux Enterprise and openSUSE. */
export const suse: Family = {
  folders: ['sles', 'sle', 'suse'],
  packageManager: 'zypper',
  packageFormat: 'rpm',
  distributions: [
    { osvers: /^sles?\d/, id: 'sles' },
    { osvers: /^leap/, id: 'opensuse-leap' },
  ],
  release: majorOf,
  // xCAT: every name that begins with kernel.
  pinnedKernel: (name, { kernelver, krpmver }) =>
    name.startsWith('kernel') ? [`${name}-${krpmver ?? kernelver}`] : undefined,
  kernelPatterns: ['kernel-*'],
  takesMode: () => false,
  timezoneFolders: ['sles', 'sle'],
};

import type { Family } from './family.ts';
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
  // The name of a Debian kernel's package holds its version by itself.
  pinnedKernel: () => undefined,
  kernelPatterns: ['linux-*'],
  takesMode: () => true,
  timezoneFolders: [],
};

import { own } from './own.ts';

/** Other spellings of an architecture → xCAT's, which is uname's for most. */
const spellings: Readonly<Record<string, string>> = { ppc64el: 'ppc64le', arm64: 'aarch64', amd64: 'x86_64' };

/** One name per architecture, so that osarch and `uname -m` compare: `i686` is `x86` (xCAT). */
export function normaliseArch(arch: string): string {
  return /^i.86$/.test(arch) ? 'x86' : (own(spellings, arch) ?? arch);
}

/** What `uname -m` says on a machine of this osarch. */
export function machineOf(arch: string): string {
  const name = normaliseArch(arch);
  return name === 'x86' ? 'i686' : name;
}

/** What media and administrators write → osarch's name. */
const written: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  ppc: 'ppc64',
  powerpc: 'ppc64',
};

/**
 * osarch's name of an architecture as a medium or an administrator writes it. ppc64el stays: it is Debian's
 * word, and osarch's for its images.
 */
export function osarchOf(word: string): string {
  return /^i.86$/.test(word) ? 'x86' : (own(written, word) ?? word);
}

/** xCAT's name of what `uname -m` says: `x86` for i386 to i686. */
export function osarchOfMachine(machine: string): string {
  return /^i.86$/.test(machine) ? 'x86' : machine;
}

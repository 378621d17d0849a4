/** Other spellings of an architecture → xCAT's, which is uname's for most. */
const spellings: Readonly<Record<string, string>> = { ppc64el: 'ppc64le', arm64: 'aarch64', amd64: 'x86_64' };

/** One name per architecture, so that osarch and `uname -m` compare: `i686` is `x86` (xCAT). */
export function normaliseArch(arch: string): string {
  return /^i.86$/.test(arch) ? 'x86' : (spellings[arch] ?? arch);
}

/** What `uname -m` says on a machine of this osarch. */
export function machineOf(arch: string): string {
  const name = normaliseArch(arch);
  return name === 'x86' ? 'i686' : name;
}

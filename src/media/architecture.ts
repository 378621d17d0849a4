const names: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  ppc: 'ppc64',
  powerpc: 'ppc64',
};

/** osarch's name of an architecture as a medium or an administrator writes it. ppc64el stays: it is Debian's word, and osarch's for its images. */
export function osarchOf(word: string): string {
  return /^i.86$/.test(word) ? 'x86' : (names[word] ?? word);
}

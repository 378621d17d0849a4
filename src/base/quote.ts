/**
 * Words of these characters alone mean themselves in every shell; a leading `=` or `~` does not (zsh, home
 * folders).
 */
const plain = /^[A-Za-z0-9_/.,:@%+-][A-Za-z0-9_/.,:=@%+-]*$/;

/** The word as a POSIX shell must be given it to read `word` back; single quotes only where one is needed. */
export function quoteWord(word: string): string {
  return plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

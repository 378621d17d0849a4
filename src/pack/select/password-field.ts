/** What the second field of a line of etc/passwd, etc/shadow or etc/group says. */
export type PasswordField = 'open' | 'hash' | 'elsewhere' | 'none';

/**
 * The forms that crypt(5) and PAM know: `$id$…` (yescrypt, sha512 …), `_…` of BSD, thirteen characters of DES
 * and the longer ones of bigcrypt,
 * `{SSHA}…` of directories.
 */
const hash =
  /^(?:\$[^$]+\$.|_[./0-9A-Za-z]{19}$|[./0-9A-Za-z]{13}$|(?:[./0-9A-Za-z]{11}){2,16}[./0-9A-Za-z]{2}$|\{[0-9A-Za-z-]+\}.)/;

/**
 * Reads such a field; `locked`: no password is right. `!` and `*` before a hash only lock it: the hash still
 * stands there. `x` refers to etc/shadow or etc/gshadow.
 */
export function readPasswordField(field: string): { kind: PasswordField; locked: boolean } {
  if (field === '') return { kind: 'open', locked: false };
  if (field === 'x') return { kind: 'elsewhere', locked: true };
  let start = 0;
  while (field[start] === '!' || field[start] === '*') start += 1;
  const isHash = hash.test(field.slice(start));
  return { kind: isHash ? 'hash' : 'none', locked: start > 0 || !isHash };
}

import { toShown } from '../../base/bytes.ts';
import { readPasswordField } from './password-field.ts';

/**
 * Files of accounts, and what tools and people leave beside them: `shadow-`, `passwd.rpmsave`, `group.bak`.
 */
const accountFile = /^etc\/(?:passwd|shadow|group|gshadow)(?:[-.~+][^/]*)?$/;
const oldPasswords = 'etc/security/opasswd';

/** What the names of such files begin with, as part of a regular expression: most names of a tree do not. */
export const accountNames = '(?:o?passwd|g?shadow|group)';

/** True for files whose lines may hold password hashes; binary path. */
export function isAccountFile(path: string): boolean {
  return accountFile.test(path) || path === oldPasswords;
}

/**
 * What leaks by such a file: whose hashes stand in it. Root's in etc/shadow is the one that was asked for.
 * `known` are the lines to judge where some were put in on purpose.
 */
export function accountLeak(path: string, text: string, known?: ReadonlySet<string>): string | undefined {
  const names = text
    .split('\n')
    .filter((line) => (known?.has(line) ?? true) && hashesOf(path, line).some(isHash))
    .map((line) => line.split(':', 1)[0] ?? '')
    .filter((name) => !(path === 'etc/shadow' && name === 'root'))
    .map(toShown);
  if (names.length === 0) return undefined;
  return `where the password hashes of ${[...new Set(names)].join(', ')} stand`;
}

function isHash(field: string): boolean {
  return readPasswordField(field).kind === 'hash';
}

/** opasswd: name, uid, number, hashes with commas between; the others: name, hash. */
function hashesOf(path: string, line: string): string[] {
  const fields = line.split(':');
  return path === oldPasswords ? (fields[3] ?? '').split(',') : [fields[1] ?? ''];
}

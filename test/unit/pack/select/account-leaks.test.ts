import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { accountLeak, accountNames, isAccountFile } from '../../../../src/pack/select/account-leaks.ts';

const hash = '$6$salt$0123456789012345678901234567890123456789012345678901234567890123456789012345678901234.';

it.each([
  'etc/shadow',
  'etc/shadow-',
  'etc/passwd.rpmsave',
  'etc/group~',
  'etc/gshadow+',
  'etc/security/opasswd',
])('%s may hold hashes', (path) => {
  expect(isAccountFile(path)).toBe(true);
  expect(basename(path)).toMatch(new RegExp(`^${accountNames}`));
});

it.each(['etc/passwd.d/x', 'usr/etc/shadow', 'etc/shadowed', 'etc/security/opasswd.x', './etc/shadow'])(
  '%s is another file',
  (path) => {
    expect(isAccountFile(path)).toBe(false);
  },
);

it("names whose hashes stand there; root's in etc/shadow is the one that was asked for", () => {
  const text = `root:${hash}:1::\na:${hash}:1::\nb:!${hash}:1::\nc:*:1::\nd::1::\na:${hash}:2::\n`;
  expect(accountLeak('etc/shadow', text)).toMatch(/^where the password hashes of a(, b)? stand$/);
  expect(accountLeak('etc/shadow-', text)).toContain('of root, a');
  expect(accountLeak('etc/shadow', `root:${hash}:1::\n`)).toBeUndefined();
});

it('old passwords stand behind one another, and lines that were put in on purpose are no leak', () => {
  expect(accountLeak('etc/security/opasswd', `a:1:2:*,${hash}\n`)).toContain('of a stand');
  const line = `a:${hash}:1::`;
  expect(accountLeak('etc/shadow', `${line}\n`, new Set())).toBeUndefined();
  expect(accountLeak('etc/shadow', `${line}\n`, new Set([line]))).toContain('of a');
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { accountLeak, isAccountFile } from '../../../../src/pack/select/account-leaks.ts';
import { readPasswordField } from '../../../../src/pack/select/password-field.ts';

/** What perl's crypt, that is the host's libcrypt, makes of a password with each method. */
function crypted(salt: string): string {
  return execFileSync('perl', ['-e', 'print crypt("secret", $ARGV[0]) // ""', salt]).toString();
}

const salts = [
  '$6$saltsalt$',
  '$5$saltsalt$',
  '$1$saltsalt$',
  '$y$j9T$saltsalt$',
  '$2b$05$abcdefghijklmnopqrstuu',
  'ab',
];
const others = [
  '_J9..rasmBYk8r9AiWNc',
  '{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
  '$gy$j9T$salt$hash',
  '$3$$8846f7eaee8fb117ad06bdd830b7586c',
];
const prefixes = ['', '!', '!!', '*', '*!', '!*'];

describe('the password field of an account', () => {
  it('is a hash with any method, locked or not', () => {
    const hashes = [...salts.map(crypted), ...others];
    expect(hashes.every((hash) => hash.length > 10)).toBe(true);
    for (const hash of hashes) {
      for (const prefix of prefixes) {
        expect([hash, prefix, readPasswordField(prefix + hash)]).toEqual([
          hash,
          prefix,
          { kind: 'hash', locked: prefix !== '' },
        ]);
      }
    }
  });

  it('is none in what systems write for locked accounts', () => {
    for (const field of ['*', '!', '!!', '!*', '*LK*', 'NP', '*NP*', '!locked', 'x!', '$', '{}'])
      expect([field, readPasswordField(field)]).toEqual([field, { kind: 'none', locked: true }]);
    expect(readPasswordField('')).toEqual({ kind: 'open', locked: false });
    expect(readPasswordField('x')).toEqual({ kind: 'elsewhere', locked: true });
  });
});

describe('hashes in account files', () => {
  const hash = '$6$salt$hash';

  it('are found in all of them, whatever the line is', () => {
    const text = `root:${hash}:1\n+nis:!!${hash}:1\n+@group::::\nann:*:1\nbob:${hash}\n-x:!:\n`;
    expect(accountLeak('etc/shadow', text)).toBe('where the password hashes of +nis, bob stand');
    expect(accountLeak('etc/shadow-', text)).toContain('root, +nis, bob');
    expect(accountLeak('etc/security/opasswd', `ann:1000:2:${hash},!${hash}\n`)).toContain('of ann');
    expect(accountLeak('etc/shadow', 'root:*:1\n')).toBeUndefined();
  });

  it('stand in the files themselves and what is left beside them', () => {
    const files = ['etc/passwd', 'etc/shadow-', 'etc/gshadow.rpmsave', 'etc/group~', 'etc/security/opasswd'];
    expect(files.filter(isAccountFile)).toEqual(files);
    expect(['etc/shadowed', 'usr/etc/shadow', 'etc/shadow-/x', 'etc/passwdx'].filter(isAccountFile)).toEqual(
      [],
    );
  });
});

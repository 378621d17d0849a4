import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTransaction } from '../../../../src/packages/dnf/dnf-transaction.ts';

test('dnf 4: every part of the table, wrapped lines, groups and replaced packages', () => {
  const output = `Dependencies resolved.
================================================================================
 Package         Arch    Version                               Repository  Size
================================================================================
Installing:
 a-package-with-a-really-long-name-that-does-not-fit-in-any-table-of-eighty
                 noarch  1.2.3.20230101.gitabcdef0123456789-1  pkgdir-0   5.7 k
     replacing  old-thing.noarch 1.2-1
 local           noarch  1-1                                   @commandline
                                                                          6.0 k
Installing weak dependencies:
 openssh         x86_64  1:9.2p1-2                             pkgdir-1   515 k
Upgrading:
 agent           noarch  2.0-1                                 pkgdir-1     6 k
Removing dependent packages:
 user-of-it      noarch  1-1                                   @pkgdir-0     0  
Installing Groups:
 Tiny group
Enabling module streams:
 tool                    2

Transaction Summary
================================================================================
Install  2 Packages

Total size: 5.7 k
`;
  const { brings, removes } = readTransaction(output);
  expect(brings.map((one) => Object.values(one).join(' '))).toEqual([
    'a-package-with-a-really-long-name-that-does-not-fit-in-any-table-of-eighty noarch 1.2.3.20230101.gitabcdef0123456789-1 pkgdir-0',
    'local noarch 1-1 file',
    'openssh x86_64 1:9.2p1-2 pkgdir-1',
    'agent noarch 2.0-1 pkgdir-1',
  ]);
  expect(removes).toEqual(['old-thing.noarch', 'user-of-it.noarch']);
});

test('dnf5: what it was recorded to say', () => {
  const recorded = (name: string) =>
    readTransaction(readFileSync(`test/unit/packages/dnf5/recorded/${name}.txt`, 'utf8'));
  expect(recorded('obsoletes')).toEqual({
    brings: [{ name: 'renamed-new', arch: 'noarch', version: '1.0-1', repository: 'newer' }],
    removes: ['second.noarch'],
  });
  expect(recorded('upgrade')).toEqual({
    brings: [{ name: 'plain', arch: 'noarch', version: '2.0-1', repository: 'newer' }],
    removes: [],
  });
  expect(recorded('assume-no').brings.map(({ name }) => name)).toEqual(['pinned']);
});

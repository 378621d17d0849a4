import { describe, expect, it } from 'vitest';
import {
  closureArgv,
  parsePackages,
  parseSimulation,
  pruneClosure,
} from '../../../../tools/sample-repo/closure.ts';
import { debFileName } from '../../../../tools/sample-repo/download.ts';

const index = `Package: openssh-server
Version: 1:9.2p1-2
Architecture: amd64
Provides: ssh-server
Depends: adduser, libc6 (>= 2.36),
 login | other
Description: secure shell
 more words
SHA256: abc
Size: 123

Package: libc6
Version: 2.36-9
Architecture: amd64
Depends: adduser
Description-en: GNU C Library
SHA256: def
Size: 5

Package: adduser
Version: 3
Architecture: all
Description: add users
SHA256: 0
Size: 1

Package: bash
Version: 5.2-1
Architecture: amd64
Pre-Depends: libc6
Provides: login (= 5)
Description: shell
SHA256: 1
Size: 2

Package: dash
Version: 0.5-1
Architecture: amd64
Description: small shell
SHA256: 2
Size: 2
`;

const tables = {
  dropped: (pkg: string, name: string) => name === 'adduser' && pkg !== 'dash',
  extra: { libc6: ['dash'] },
};

describe('the closure of Debian packages', () => {
  it('is asked of a machine without packages, without recommended ones', () => {
    const argv = closureArgv('/state', ['bash']);
    expect(argv).toContain('Dir::State::status=/state/status');
    expect(argv).toContain('Dir::Cache::archives=/state/archives');
    expect(argv).toContain('APT::Install-Recommends=false');
    expect(argv.slice(-2)).toEqual(['install', 'bash']);
  });

  it('is read from what apt would do', () => {
    const output = `Inst libc6 (2.36-9 Debian:12/oldstable [amd64]) [libc6:amd64 ]
Conf libc6 (2.36-9 Debian:12/oldstable [amd64])
Inst bash (5.2-1 Debian:12/oldstable [amd64])
`;
    expect(parseSimulation(output)).toEqual(['libc6=2.36-9', 'bash=5.2-1']);
  });

  it('has what the index says, folded lines too', () => {
    const [ssh, libc] = parsePackages(index);
    expect(ssh).toMatchObject({
      name: 'openssh-server',
      version: '1:9.2p1-2',
      summary: 'secure shell',
      sha256: 'abc',
      size: 123,
      provides: [{ name: 'ssh-server' }],
    });
    expect(ssh?.depends.map((group) => group.map(({ name }) => name))).toEqual([
      ['adduser'],
      ['libc6'],
      ['login', 'other'],
    ]);
    expect(libc?.summary).toBe('GNU C Library');
  });

  it('loses what only dropped dependencies asked for, and gains the extra ones', () => {
    const kept = pruneClosure(parsePackages(index), ['openssh-server'], tables);
    expect(kept.map(({ name }) => name)).toEqual(['openssh-server', 'libc6', 'bash', 'dash']);
  });

  it('names a root that was not resolved', () => {
    expect(() => pruneClosure(parsePackages(index), ['nothing'], tables)).toThrow('nothing');
  });

  it('knows the file names that apt gives', () => {
    const [ssh] = parsePackages(index);
    expect(ssh && debFileName(ssh)).toBe('openssh-server_1%3a9.2p1-2_amd64.deb');
  });
});
